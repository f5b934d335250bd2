import type { Journey } from '../../../domain/journey.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { mayResetPassword } from '../../../flows/emergency-access.ts';
import { asksForPassword } from '../../../flows/next.ts';
import type { Account } from '../../../flows/ports.ts';
import { verdictOn } from '../../../flows/standing.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

export const START = '/emergency-access';
/** "By e-mail" or "by SMS". */
export const WAY = '/emergency-access/way';
export const EMAIL = '/emergency-access/email';
export const SMS = '/emergency-access/sms';
export const PASSWORD = '/emergency-access/password';
/** Everything is proven: what it is for. */
export const CODE = '/emergency-access/code';
export const NEW_PASSWORD = '/emergency-access/new-password';
export const OVER = '/emergency-access/over';
/** Leads to whatever is asked now. */
export const STEP = '/emergency-access/step';

/** An emergency access in this browser. `account` is undefined before a first proof, and for a decoy always. */
export interface EmergencyWalk {
  readonly journey: Journey;
  readonly account: Account | undefined;
  readonly verdict: Verdict | undefined;
}
/** The same once something was proven. */
export type Proven = EmergencyWalk & { readonly account: Account; readonly verdict: Verdict };

/** This browser's emergency access, or the page to go to when there is none. */
export async function emergencyHere(ctx: PageContext): Promise<EmergencyWalk | Answer> {
  const hash = ctx.cookies.hash('emergency');
  const journey = hash && (await ctx.ports.store.journeys.findByBrowser('emergency', hash, ctx.ports.now()));
  if (!journey || journey.completedAt !== null) return seeOther(OVER);
  const { locale, organizationId, clientId, accountId } = journey;
  await ctx.knowing({ account: locale, organizationId, ...(clientId && { clientId }) });
  const account =
    accountId !== null && journey.proofs.length > 0 ? await ctx.ports.store.accounts.load(accountId) : undefined;
  return { journey, account, verdict: account && verdictOn(ctx.ports, account, journey) };
}

export const isAnswer = (found: EmergencyWalk | Answer): found is Answer => 'kind' in found;

/** The address of whatever is asked now: one place for every redirect between these pages. Nothing here knows whether a decoy walks. */
export function addressOf({ journey, account, verdict }: EmergencyWalk): string {
  if (!account || !verdict) return EMAIL;
  if (verdict.verdict === 'allow') return asksForPassword(verdict) ? NEW_PASSWORD : CODE;
  if (verdict.verdict !== 'ask') return CODE;
  const { way, smsCodeId, linkCodeId } = journey.state;
  if (verdict.options.includes('password')) return PASSWORD;
  if (way && verdict.options.includes(way) && (way === 'sms-code' ? smsCodeId : linkCodeId))
    return way === 'sms-code' ? SMS : EMAIL;
  return WAY;
}

/** The walk when it is this page's turn, else the page whose turn it is. */
export async function itsTurn(ctx: PageContext, path: string): Promise<EmergencyWalk | Answer> {
  const walk = await emergencyHere(ctx);
  if (isAnswer(walk)) return walk;
  const turn = addressOf(walk);
  return turn === path ? walk : seeOther(turn);
}

export function isProven(walk: EmergencyWalk): walk is Proven {
  return walk.account !== undefined && walk.verdict !== undefined;
}

/** What may be done with what was proven: a code, the password, both (one of them), or neither. */
export function yields(ctx: PageContext, { journey, account, verdict }: Proven) {
  const code = verdict.verdict === 'allow' && verdict.effects.includes('issue-emergency-code');
  return { code, password: code && mayResetPassword(ctx.ports, account, journey) };
}

/** "Lost credentials?" and "Contact support", as on the pages of signing in (WCAG 3.2.6), and what this is (SPEC T11). */
export function linksOf(ctx: PageContext): { href: string; text: string }[] {
  return [
    { href: ctx.url('/lost-credentials'), text: ctx.t('sign-in:lost') },
    { href: ctx.brand.supportHref, text: ctx.t('sign-in:support') },
    { href: ctx.url('/help/emergency-access'), text: ctx.t('recovery:help') },
  ];
}
