import type { Journey, Method } from '../../../domain/journey.ts';
import { maskPhone } from '../../../domain/phone.ts';
import type { Next } from '../../../flows/next.ts';
import type { Account } from '../../../flows/ports.ts';
import { passkeysOf } from '../../../flows/prove-passkey.ts';
import { RESEND_AFTER_MS } from '../../../flows/send-sms-code.ts';
import { type Answer, type PageSettings, render } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

/** What the page for a second factor shows; sign-in and recovery use the same one. */
export interface SecondFactorPage {
  readonly journey: Journey;
  readonly account: Account;
  readonly next: Extract<Next, { page: 'second-factor' }>;
  /** The path that its forms post below: `/totp`, `/sms`, `/sms/again`, `/passkey`, `/emergency-code`, `/method`. */
  readonly base: string;
  /** The path that shows this page; the link to the other language leads back to it. */
  readonly path: string;
  /** What a second factor is good for here; else that it is asked for after the password. */
  readonly explain?: string;
  /** Why it is asked, when it is not plain. */
  readonly lead?: string;
  /** A step-up that may be declined: where "Skip this step" posts to, and what it costs. */
  readonly without?: { readonly action: string; readonly hint: string };
  /** Where a lost phone may be switched off: the path of that page. */
  readonly lost?: string;
  readonly links: readonly { readonly href: string; readonly text: string }[];
  /** Links that have to be buttons, because they change something: a path and its text. */
  readonly leaving?: readonly { readonly action: string; readonly text: string }[];
}

/** "Second factor": one method shown, the others as quiet buttons (CONTRACT "Pages"). */
export async function secondFactorPage(
  ctx: PageContext,
  page: SecondFactorPage,
  settings: PageSettings = {},
): Promise<Answer> {
  const { shown, others } = page.next;
  const locals = {
    lead: page.lead,
    username: page.account.username,
    explain: page.explain ?? ctx.t('factor:explain'),
    shown,
    base: ctx.url(page.base),
    others: others.map((kind) => ({ value: kind, ...WAYS[kind] })),
    sms: shown === 'sms-code' ? smsOf(ctx, page) : undefined,
    passkeyOptions: shown === 'passkey' ? await passkeyOptions(ctx, page) : undefined,
    without: page.without && { ...page.without, action: ctx.url(page.without.action) },
    lost: page.lost && ctx.url(page.lost),
    links: page.links,
    leaving: (page.leaving ?? []).map(({ action, text }) => ({ action: ctx.url(action), text })),
  };
  return render('sign-in/second-factor', ctx.t('factor:title'), locals, {
    returnTo: page.path,
    passkey: shown === 'passkey',
    ...settings,
  });
}

/** How each method is offered as a button. */
export const WAYS = {
  totp: { text: 'factor:use_totp', hint: 'factor:use_totp_hint', icon: 'smartphone' },
  passkey: { text: 'factor:use_passkey', hint: 'factor:use_passkey_hint', icon: 'fingerprint-pattern' },
  'sms-code': { text: 'factor:use_sms', hint: 'factor:use_sms_hint', icon: 'message-square-text' },
  'emergency-code': { text: 'factor:use_emergency', hint: 'factor:use_emergency_hint', icon: 'life-buoy' },
} as const satisfies Record<Method, { text: string; hint: string; icon: string }>;

/** Where the code went, and from when on another one may be asked for. `sent` is false when a cap was full. */
function smsOf(ctx: PageContext, { journey, account }: SecondFactorPage): Readonly<Record<string, unknown>> {
  const { smsCodeId, smsContactId, sentAt } = journey.state;
  const phone = account.contacts.find((contact) => contact.id === smsContactId);
  const wait = (sentAt ?? 0) + RESEND_AFTER_MS - ctx.ports.now();
  return {
    sent: smsCodeId !== undefined,
    waits: journey.state.smsWaits === true && smsCodeId === undefined,
    number: phone && maskPhone(phone.value),
    seconds: Math.max(0, Math.ceil(wait / 1000)),
  };
}

function passkeyOptions(ctx: PageContext, { journey, account }: SecondFactorPage): Promise<object> {
  return ctx.ports.passkeys.authenticationOptions({
    challenge: journey.state.challenge,
    allow: passkeysOf(account),
  });
}
