import { isMailboxProven, type Journey } from '../../../domain/journey.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { type Next, nextPage } from '../../../flows/next.ts';
import type { Advanced } from '../../../flows/outcome.ts';
import type { Account } from '../../../flows/ports.ts';
import { verdictOn } from '../../../flows/standing.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { readReceipt } from '../receipt/receipt-note.ts';

/** Where a recovery stands in this browser: a journey whose mailbox is proven and whose goal is chosen. */
export interface Walk {
  readonly journey: Journey;
  readonly account: Account;
  readonly verdict: Verdict;
  readonly next: Next;
}

export const START = '/lost-credentials';
export const SENT = '/lost-credentials/sent';
export const CHOOSE = '/lost-credentials/choose';
export const PASSWORD = '/lost-credentials/password';
export const SMS = '/lost-credentials/sms';
export const FACTOR = '/lost-credentials/second-factor';
export const NEW_PASSWORD = '/lost-credentials/new-password';
export const NEW_FACTOR = '/lost-credentials/new-factor';
/** "I have my restore code", before anything else. */
export const RESTORE = '/lost-credentials/restore-code';
/** The same once the mailbox is proven. */
export const RESTORE_CODE = '/lost-credentials/your-restore-code';
export const DONE = '/lost-credentials/done';
export const OVER = '/lost-credentials/over';
/** Leads to whatever is asked now. */
export const STEP = '/lost-credentials/step';

/** This browser's recovery, whatever its state, with language and branding set by it. */
export async function journeyHere(ctx: PageContext): Promise<Journey | undefined> {
  const hash = ctx.cookies.hash('recovery');
  const journey = hash ? await ctx.ports.store.journeys.findByBrowser('recovery', hash, ctx.ports.now()) : undefined;
  if (journey) {
    const { locale, organizationId, clientId } = journey;
    await ctx.knowing({ account: locale, organizationId, ...(clientId && { clientId }) });
  }
  return journey;
}

/** The walk, or the page to go to when there is none here: over, or not yet that far (ATTACKS A1). */
export async function walkHere(ctx: PageContext): Promise<Walk | Answer> {
  const journey = await journeyHere(ctx);
  if (!journey) return seeOther(OVER);
  if (journey.completedAt !== null) return seeOther(endOf(ctx));
  if (!journey.accountId || !isMailboxProven(journey)) return seeOther(SENT);
  if (journey.goal === null) return seeOther(CHOOSE);
  const account = await ctx.ports.store.accounts.load(journey.accountId);
  if (!account) return seeOther(OVER);
  // No application led here. Whose account it is may be seen by now: the mailbox is proven.
  if (!journey.clientId) await ctx.knowing({ organizationId: account.organizationId });
  const verdict = verdictOn(ctx.ports, account, journey);
  return { journey, account, verdict, next: nextPage(journey, account, verdict) };
}

/** Where a recovery that has ended leads: to its receipt in the browser where it was finished, elsewhere to a page that says so. */
export function endOf(ctx: PageContext): string {
  return readReceipt(ctx, 'recovery') ? DONE : OVER;
}

export function isAnswer(found: Walk | Answer): found is Answer {
  return 'kind' in found;
}

/** On to whatever is asked after a step. */
export function onward({ journey, account, verdict }: Advanced): Answer {
  return seeOther(addressOf(nextPage(journey, account, verdict)));
}

/** The address of what comes next. One place for every redirect between the pages of a recovery. */
export function addressOf(next: Next): string {
  switch (next.page) {
    case 'password':
      return PASSWORD;
    case 'second-factor':
      return next.shown === 'sms-code' ? SMS : FACTOR;
    case 'new-password':
      return NEW_PASSWORD;
    case 'new-factor':
      return NEW_FACTOR;
    case 'email-code':
      return SENT;
    case 'restore-code':
      return RESTORE_CODE;
    // Nothing more can be asked on this way: the page that offers the ways says which are left, and why the others are not.
    case 'complete':
    case 'wait':
    case 'dead-end':
      return CHOOSE;
  }
}
