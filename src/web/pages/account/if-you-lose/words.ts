import type { Addition, Loss } from '../../../../domain/check-up.ts';
import type { Outlook, Thing } from '../../../../domain/losses.ts';
import type { Evidence, Journeyed } from '../../../../domain/state.ts';
import type { Account, Credential } from '../../../../flows/ports.ts';
import { formatDate, formatDateTime } from '../../../../i18n/dates.ts';
import type { TextKey } from '../../../../i18n/translate.ts';
import type { PageContext } from '../../../frame/page.ts';

/** Whose things are spoken of, and in which language. */
export interface Speaker extends Pick<PageContext, 't' | 'locale'> {
  readonly account: Pick<Account, 'credentials' | 'contacts' | 'restoreCode'>;
  readonly url: (path: string) => string;
}

export function speakerOf(ctx: PageContext, account: Account): Speaker {
  return { t: ctx.t, locale: ctx.locale, account, url: (path) => ctx.url(path) };
}

/** "If you lose your phone". */
export function ifLost(speaker: Speaker, { kind, id }: Thing): string {
  const { t, account } = speaker;
  if (kind === 'mailbox') return t('if-you-lose:if_mailbox', { address: valueOf(speaker, id) });
  if (kind === 'phone' || kind === 'all-devices' || kind === 'password' || kind === 'restore-code')
    return t(`if-you-lose:if_${kind}`);
  const name = nameOf(
    speaker,
    account.credentials.find((held) => held.id === id),
  );
  return name === undefined ? t(`if-you-lose:if_${kind}`) : t(`if-you-lose:if_${kind}_named`, { name });
}

/** What becomes of the owner then, in one sentence or a few. */
export function whatThen(speaker: Speaker, outlook: Outlook): string[] {
  const { t, locale } = speaker;
  switch (outlook.back) {
    case 'as-before':
      return [t('if-you-lose:sign_in', { what: withWhat(speaker, outlook.signIn.proofs) })];
    case 'alone':
      return inOrder(speaker, outlook.recoveries);
    case 'after-waiting':
      return [
        t('if-you-lose:wait', { when: formatDateTime(locale, outlook.until) }),
        ...inOrder(speaker, outlook.recoveries),
      ];
    case 'once-number-is-back':
      return [t('if-you-lose:number'), ...whatThen(speaker, outlook.way)];
    case 'not-alone':
      return [t('if-you-lose:help')];
  }
}

/** What the list of losses that a step would mend begins with: they have no way back now, or only once the number works again. */
export function whyOf({ t }: Pick<Speaker, 't'>, helps: readonly Loss[]): string {
  return t(isLockOut(helps) ? 'if-you-lose:why_not-alone' : 'if-you-lose:why_number');
}

/** Whether somebody who loses one of these would not get back in alone. */
export function isLockOut(losses: readonly Loss[]): boolean {
  return losses.some(({ outlook }) => outlook.back === 'not-alone');
}

/** "Add a passkey on another device". */
export function toAdd({ t, account }: Speaker, addition: Addition): string {
  const isSecond = account.contacts.some(({ kind, verifiedAt }) => kind === addition && verifiedAt !== null);
  if (addition === 'email' || addition === 'phone')
    return t(isSecond ? `if-you-lose:add_second-${addition}` : `if-you-lose:add_${addition}`);
  return t(`if-you-lose:add_${addition}`);
}

/** Where it is added. */
export const ADD_AT: Readonly<Record<Addition, string>> = {
  passkey: '/account/devices/add',
  totp: '/account/devices/add',
  email: '/account/contacts/add-email',
  phone: '/account/contacts/add-phone',
  password: '/account/password',
  'restore-code': '/account/restore-code',
};

function inOrder(speaker: Speaker, recoveries: readonly Journeyed[]): string[] {
  const sentences = recoveries.map(({ goal, proofs }) => speaker.t(DOES[goal], { what: withWhat(speaker, proofs) }));
  if (sentences.length < 2) return sentences;
  return sentences.map((sentence, at) => speaker.t('if-you-lose:in_order', { number: at + 1, sentence }));
}

const DOES: Readonly<Record<Journeyed['goal'], TextKey>> = {
  'sign-in': 'if-you-lose:sign_in',
  'accept-invitation': 'if-you-lose:sign_in',
  'reset-password': 'if-you-lose:do_reset-password',
  'reset-second-factor': 'if-you-lose:do_reset-second-factor',
  'reset-both': 'if-you-lose:do_reset-both',
  'lift-freeze': 'if-you-lose:do_lift-freeze',
  'emergency-code': 'if-you-lose:do_emergency-code',
};

/** "your password, a link sent to … and a code …". */
function withWhat(speaker: Speaker, proofs: readonly Evidence[]): string {
  const words = proofs.map((proof) => proofInWords(speaker, proof));
  return new Intl.ListFormat(speaker.locale, { type: 'conjunction' }).format(words);
}

function proofInWords(speaker: Speaker, { kind, by }: Evidence): string {
  const { t, account } = speaker;
  if (kind === 'email-code' || kind === 'invitation')
    return t('if-you-lose:proof_email', { address: valueOf(speaker, by) });
  if (kind === 'sms-code') return t('if-you-lose:proof_sms');
  if (kind === 'restore-code')
    return t(account.restoreCode?.id === by ? 'if-you-lose:proof_restore-code' : 'if-you-lose:proof_new_restore-code');
  if (kind === 'emergency-code') return t('if-you-lose:proof_emergency-code');
  const held = account.credentials.find(({ id }) => id === by);
  // What a recovery on the way has brought in is nothing that the account holds today.
  if (!held) return t(kind === 'password' ? 'if-you-lose:proof_new_password' : 'if-you-lose:proof_new_factor');
  if (kind === 'password' || kind === 'totp') return t(`if-you-lose:proof_${kind}`);
  const name = nameOf(speaker, held);
  return name === undefined ? t('if-you-lose:proof_passkey') : t('if-you-lose:proof_passkey_named', { name });
}

/** What tells a passkey from the owner's others: the name they gave it, else when it came; undefined where it is the only one. */
function nameOf({ t, locale, account }: Speaker, held: Credential | undefined): string | undefined {
  if (!held) return undefined;
  if (held.label) return t('if-you-lose:name_label', { label: held.label });
  const several = account.credentials.filter(({ kind, state }) => kind === held.kind && state === 'active').length > 1;
  return several ? t('if-you-lose:name_date', { date: formatDate(locale, held.createdAt) }) : undefined;
}

function valueOf({ account }: Speaker, id: string | undefined): string {
  return account.contacts.find((contact) => contact.id === id)?.value ?? '';
}
