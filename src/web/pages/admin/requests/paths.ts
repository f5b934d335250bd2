/** The addresses of these pages. */
export const REQUESTS = '/admin/requests';
export const REQUEST = `${REQUESTS}/:request`;

export const requestPath = (id: string): string => REQUEST.replace(':request', encodeURIComponent(id));
