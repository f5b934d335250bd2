/** The addresses of these pages. */
export const CODE = '/account/restore-code';
export const NEW = `${CODE}/new`;
export const SEE = `${CODE}/see`;
export const REMOVE = `${CODE}/remove`;
export const FILE = `${CODE}/file`;
export const PAPER = `${CODE}/paper`;
