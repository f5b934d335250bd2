import type { Journey } from '../../../domain/journey.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { type Next, nextPage } from '../../../flows/next.ts';
import type { Advanced } from '../../../flows/outcome.ts';
import type { Account } from '../../../flows/ports.ts';
import { verdictOn } from '../../../flows/standing.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { readReceipt } from '../receipt/receipt-note.ts';

/** An invitation as this browser takes it up. */
export interface Acceptance {
  readonly journey: Journey;
  readonly account: Account;
  readonly verdict: Verdict;
  readonly next: Next;
}

export const INVITATION = '/invitation';
export const NEW_PASSWORD = '/invitation/password';
export const NEW_FACTOR = '/invitation/new-factor';
export const DONE = '/invitation/done';
export const OVER = '/invitation/over';

/** This browser's invitation, whatever its state, with language and branding set by it. */
export async function invitationHere(ctx: PageContext): Promise<Journey | undefined> {
  const hash = ctx.cookies.hash('invitation');
  const journey = hash ? await ctx.ports.store.journeys.findByBrowser('invitation', hash, ctx.ports.now()) : undefined;
  if (journey) await ctx.knowing({ account: journey.locale, organizationId: journey.organizationId });
  return journey;
}

/** What this browser has begun, or the page to go to: its receipt, or one that says what can be done. */
export async function acceptanceHere(ctx: PageContext): Promise<Acceptance | Answer> {
  const journey = await invitationHere(ctx);
  if (!journey?.accountId) return seeOther(OVER);
  if (journey.completedAt !== null) return seeOther(readReceipt(ctx, 'invitation') ? DONE : OVER);
  const account = await ctx.ports.store.accounts.load(journey.accountId);
  if (!account) return seeOther(OVER);
  const verdict = verdictOn(ctx.ports, account, journey);
  return { journey, account, verdict, next: nextPage(journey, account, verdict) };
}

export function onward({ journey, account, verdict }: Advanced): Answer {
  return seeOther(addressOf(nextPage(journey, account, verdict)));
}

/** The address of what comes next. An invitation is the only proof there is; whatever else would be asked ends it. */
export function addressOf(next: Next): string {
  if (next.page === 'new-password') return NEW_PASSWORD;
  return next.page === 'new-factor' ? NEW_FACTOR : OVER;
}
