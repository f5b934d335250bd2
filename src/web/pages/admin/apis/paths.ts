/** The addresses of these pages; `/admin/apis/:api` with an id in its place. */
export const LIST = '/admin/apis';
export const NEW = `${LIST}/new`;
export const API = `${LIST}/:api`;
export const REMOVE = `${API}/remove`;

export const apiPath = (id: string, below = ''): string => `${LIST}/${encodeURIComponent(id)}${below}`;
