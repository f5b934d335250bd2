/** The addresses of these pages; `/admin/users/:id` with an id in its place. */
export const LIST = '/admin/users';
export const NEW = `${LIST}/new`;
export const USER = `${LIST}/:id`;
export const DEVICE = `${USER}/devices/:device`;
export const RESTORE_CODE = `${USER}/restore-code`;
export const LETTER = `${RESTORE_CODE}/letter`;
export const EMERGENCY_CODE = `${USER}/emergency-code`;
export const APPROVE = `${EMERGENCY_CODE}/approve`;

export const userPath = (id: string, below = ''): string => `${LIST}/${encodeURIComponent(id)}${below}`;
