/** Exists from the start; used wherever no organization is given. */
export const DEFAULT_ORGANIZATION = 'default';

export function noOrganization(id: string): string {
  return `there is no organization "${id}"`;
}
