import type { Policy } from '../../../domain/policy.ts';
import type { PageContext } from '../../frame/page.ts';

export const REQUEST = '/emergency-access/request';

/** "I can't do any of these": the address of the page, where the organization takes requests. */
export function requestPath(ctx: Pick<PageContext, 'url'>, policy: Policy | undefined): string | undefined {
  return policy?.emergencyCode.operator.requests ? ctx.url(REQUEST) : undefined;
}
