/** The addresses of these pages; `/admin/audit/:seq` with a number in its place. */
export const LOG = '/admin/audit';
export const EXPORT = `${LOG}/export`;
export const VERIFY = `${LOG}/verify`;
export const ENTRY = `${LOG}/:seq`;
