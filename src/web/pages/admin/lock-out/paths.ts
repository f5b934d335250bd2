/** The addresses of these pages. */
export const LOCK_OUT = '/admin/lock-out';
export const EXPORT = `${LOCK_OUT}/export`;
