import type { Visitor } from '../../../flows/ports.ts';
import type { PageContext } from '../../frame/page.ts';

/**
 * Takes the last step of a journey as a browser that the account knows from then on: its device cookie lives for another full time, or
 * is made. When the step is refused, a cookie made for it is taken back: only browsers that got in carry one.
 */
export async function rememberingDevice<Outcome extends { readonly outcome: string }>(
  ctx: Pick<PageContext, 'cookies' | 'visitor'>,
  lastStep: (visitor: Visitor) => Promise<Outcome>,
): Promise<Outcome> {
  const known = ctx.cookies.hash('device') !== null;
  const outcome = await lastStep({ ...ctx.visitor, deviceHash: ctx.cookies.keep('device') });
  if (outcome.outcome === 'refused' && !known) ctx.cookies.clear('device');
  return outcome;
}
