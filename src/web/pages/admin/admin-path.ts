/** True for a path of this console, as it may stand in `state`: nothing else is gone to from there (ATTACKS A27). */
export function isAdminPath(path: string): boolean {
  return /^\/admin(\/[A-Za-z0-9][A-Za-z0-9-]*)*$/.test(path) && path.length <= 200;
}
