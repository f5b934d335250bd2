import type { Verdict } from '../../../domain/decide.ts';
import type { Journey } from '../../../domain/journey.ts';
import { type Next, nextPage } from '../../../flows/next.ts';
import type { Account } from '../../../flows/ports.ts';
import { verdictOn } from '../../../flows/standing.ts';
import { type Answer, type PageSettings, type PageStep, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

/** Where a recovery stands in this browser: a journey whose mailbox is proven and whose goal is chosen. */
export interface Walk {
  readonly journey: Journey;
  readonly account: Account;
  readonly verdict: Verdict;
  readonly next: Next;
}

export const OVER = '/lost-credentials/over';
export const CHOOSE = '/lost-credentials/choose';
export const SENT = '/lost-credentials/sent';
export const DONE = '/lost-credentials/done';
/** Leads to whatever is asked now. */
export const STEP = '/lost-credentials/step';

/** This browser's recovery, whatever its state, with language and branding set by it. */
export async function journeyHere(ctx: PageContext): Promise<Journey | undefined> {
  const hash = ctx.cookies.hash('recovery');
  const journey = hash ? await ctx.ports.store.journeys.findByBrowser('recovery', hash, ctx.ports.now()) : undefined;
  if (journey) {
    await ctx.knowing({
      account: journey.locale,
      organizationId: journey.organizationId,
      ...(journey.clientId ? { clientId: journey.clientId } : {}),
    });
  }
  return journey;
}

/** The walk, or the page to go to when there is none here: over, or not yet that far (ATTACKS A1). */
export async function walkHere(ctx: PageContext): Promise<Walk | Answer> {
  const journey = await journeyHere(ctx);
  if (!journey) return seeOther(OVER);
  if (journey.completedAt !== null) return seeOther(readyOrOver(ctx));
  if (!journey.accountId || journey.proofs.length === 0) return seeOther(SENT);
  if (journey.goal === null) return seeOther(CHOOSE);
  const account = await ctx.ports.store.accounts.load(journey.accountId);
  if (!account) return seeOther(OVER);
  const verdict = verdictOn(ctx.ports, account, journey);
  return { journey, account, verdict, next: nextPage(journey, account, verdict) };
}

function readyOrOver(ctx: PageContext): string {
  return ctx.cookies.note('receipt') ? DONE : OVER;
}

/** The address of what comes next. One place for every redirect between the pages of a recovery. */
export function addressOf(next: Next): string {
  switch (next.page) {
    case 'password':
      return '/lost-credentials/password';
    case 'second-factor':
      return next.shown === 'sms-code' ? '/lost-credentials/sms' : '/lost-credentials/second-factor';
    case 'new-password':
      return '/lost-credentials/new-password';
    case 'new-factor':
      return '/lost-credentials/new-factor';
    case 'email-code':
      return SENT;
    case 'complete':
    case 'wait':
    case 'dead-end':
      return CHOOSE;
  }
}

/** The quiet line of steps, from what `decide` still asks: true for every policy (LOOK "Where am I"). */
export function stepsOf(ctx: PageContext, walk: Walk): PageStep[] {
  const { verdict, journey } = walk;
  if (verdict.verdict !== 'ask' && verdict.verdict !== 'allow') return [];
  const proofs = verdict.steps.map((step) => ({ text: ctx.t(`recovery:step_${step.proof}`), done: step.done }));
  const last = {
    text: ctx.t(journey.goal === 'reset-password' ? 'recovery:step_new-password' : 'recovery:step_new-factor'),
    done: false,
  };
  const all = [...proofs, last];
  const current = all.findIndex((step) => !step.done);
  return all.map(({ text, done }, at) => ({ text, state: done ? 'done' : at === current ? 'current' : 'todo' }));
}

/** What every page of the walk has around it. */
export function around(ctx: PageContext, walk: Walk, more: PageSettings = {}): PageSettings {
  return { steps: stepsOf(ctx, walk), ...more };
}

export function isAnswer(found: Walk | Answer): found is Answer {
  return 'kind' in found;
}
