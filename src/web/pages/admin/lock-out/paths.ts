/** The addresses of these pages. */
export const LOCK_OUT = '/admin/lock-out';
export const EXPORT = `${LOCK_OUT}/export`;
export const PROPOSE = `${LOCK_OUT}/:organization/propose/:addition`;

export function proposePath(organizationId: string, add: string): string {
  return PROPOSE.replace(':organization', encodeURIComponent(organizationId)).replace(':addition', add);
}
