import { maskContact } from '../../../domain/contact.ts';
import { isTold, type NoticeKind } from '../../../domain/notice.ts';
import type { ProofKind } from '../../../domain/proof.ts';
import type { Account, Notice } from '../../../flows/ports.ts';
import type { WaysBack } from '../../../flows/way-back.ts';
import { formatDateTime } from '../../../i18n/dates.ts';
import type { TextKey, Translate } from '../../../i18n/translate.ts';
import type { PageContext } from '../../frame/page.ts';
import { browserName, deviceName, placeName } from '../account/names.ts';

/** Where the message says what is so now, this says what happened then. */
const THEN: Partial<Record<NoticeKind, TextKey>> = {
  'known-browser': 'not-me:what_known-browser',
  'closing-asked': 'not-me:what_closing-asked',
  'closing-cancelled': 'not-me:what_closing-cancelled',
  'account-frozen': 'not-me:what_account-frozen',
  'account-held': 'not-me:what_account-frozen',
  'account-unfrozen': 'not-me:what_account-unfrozen',
};

/** What happened, in one sentence: as the message that tells of it is headed. */
export function whatHappened(t: Translate, kind: NoticeKind): string {
  return t(THEN[kind] ?? (isTold(kind) ? `messages:${kind}_subject` : 'not-me:what_known-browser'));
}

/** When, where and with what, as in the message: rows for parts/summary-list. */
export function circumstances({ t, locale }: Pick<PageContext, 't' | 'locale'>, { kind, at, ip, userAgent }: Notice) {
  const place = placeName(t, ip);
  // Nobody's browser: an administrator.
  const with_ = ip === '' && userAgent === '' ? undefined : browserName(t, { userAgent });
  return [
    { key: t('messages:about'), value: whatHappened(t, kind), icon: 'shield-alert' },
    { key: t('messages:when'), value: formatDateTime(locale, at), icon: 'clock' },
    ...(place ? [{ key: t('messages:where'), value: place, icon: 'map-pin' }] : []),
    ...(with_ ? [{ key: t('messages:with'), value: with_, icon: 'monitor' }] : []),
  ];
}

/** The same in one line. */
export function inOneLine({ t, locale }: Pick<PageContext, 't' | 'locale'>, { at, ip, userAgent }: Notice): string {
  const browser = ip === '' && userAgent === '' ? undefined : browserName(t, { userAgent });
  return [formatDateTime(locale, at), placeName(t, ip), browser].filter((part) => part !== undefined).join(' · ');
}

/** What the acts added and the account still has: an app (`byName`: as its owner calls it), a number, masked. */
export function namesOfAdded(
  t: Translate,
  account: Account,
  added: readonly string[],
  { byName }: { readonly byName: boolean },
): string[] {
  const isAdded = ({ id }: { readonly id: string }) => added.includes(id);
  return [
    ...account.credentials.filter(isAdded).map((held) => deviceName(t, byName ? held : { ...held, label: '' })),
    ...account.contacts.filter(isAdded).map(maskContact),
  ];
}

/**
 * What the owner needs on the way back, one line each; what may stand for one another in one line: "your mailbox", "your password",
 * "your authenticator app or your passkey". Empty: support only.
 */
export function needsOf({ t, locale }: Pick<PageContext, 't' | 'locale'>, ways: WaysBack): string[] {
  const [first = []] = ways;
  const always = first.filter((proof) => ways.every((way) => way.includes(proof)));
  const choices = ways.map((way) => way.filter((proof) => !always.includes(proof)));
  const and = new Intl.ListFormat(locale, { type: 'conjunction' });
  const or = new Intl.ListFormat(locale, { type: 'disjunction' });
  const need = (proof: ProofKind) => t(`recovery:need_${proof}`);
  const choice = choices.map((way) => and.format(way.map(need))).filter((words) => words !== '');
  return [...always.map(need), ...(choice.length > 0 ? [or.format([...new Set(choice)])] : [])];
}
