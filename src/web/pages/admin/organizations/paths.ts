/** The addresses of these pages; `/admin/organizations/:organization` with an id in its place. */
export const LIST = '/admin/organizations';
export const NEW = `${LIST}/new`;
export const ORGANIZATION = `${LIST}/:organization`;

export const organizationPath = (id: string, below = ''): string => `${LIST}/${encodeURIComponent(id)}${below}`;
