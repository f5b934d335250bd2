/** The addresses of these pages; `/admin/applications/:client` with an id in its place. */
export const LIST = '/admin/applications';
export const NEW = `${LIST}/new`;
export const APPLICATION = `${LIST}/:client`;
export const EDIT = `${APPLICATION}/edit`;
export const SECRET = `${APPLICATION}/secret`;

export const applicationPath = (id: string, below = ''): string => `${LIST}/${encodeURIComponent(id)}${below}`;
