import type { TextKey, Translate } from '../../../../i18n/translate.ts';
import { browserName, deviceName, placeName } from '../names.ts';
import type { ShownEntry } from './placed.ts';

/** An entry in the reader's words: what happened, the lines on what was used and what it was about, where, with what. */
export interface Told {
  readonly what: string;
  readonly lines: readonly string[];
  /** Empty where it says nothing. */
  readonly where: string;
  readonly device: string;
}

/** `clients`: the names of the applications that the entries name (`clientsIn`). */
export function tell(t: Translate, entry: ShownEntry, clients: ReadonlyMap<string, string>): Told {
  const { details, ip, userAgent, actor } = entry;
  const lines = [
    ...subject(t, details),
    ...used(t, details),
    ...application(t, details, clients),
    ...ended(t, details),
    ...(actor === 'cli' || actor === 'operator' ? [t('activity:by_organization')] : []),
    ...(actor === 'system' ? [t('activity:by_itself')] : []),
  ];
  const where = placeName(t, ip) ?? '';
  return {
    what: title(t, entry),
    lines,
    where: where.charAt(0).toLocaleUpperCase() + where.slice(1),
    device: userAgent ? browserName(t, { userAgent }) : '',
  };
}

/** The applications that these entries name, by id. */
export function clientsIn(entries: readonly ShownEntry[]): readonly string[] {
  return [...new Set(entries.flatMap(({ details }) => textsIn(details['client'])))];
}

type Details = ShownEntry['details'];

const RECOVERED: Readonly<Record<string, TextKey>> = {
  'reset-password': 'activity:recovered_reset-password',
  'reset-second-factor': 'activity:recovered_reset-second-factor',
  'reset-both': 'activity:recovered_reset-both',
  'lift-freeze': 'activity:recovered_lift-freeze',
};

function title(t: Translate, { kind, details }: ShownEntry): string {
  if (kind === 'recovery.finished') return t(said(RECOVERED, details['goal']) ?? 'activity:recovery.finished');
  if (kind === 'account.exported' && details['what'] === 'activity') return t('activity:exported_activity');
  if (kind === 'recovery.link-opened' && details['by'] === 'code') return t('activity:link-opened_code');
  if (kind === 'account.described') {
    const fields = textsIn(details['fields']);
    if (fields.length > 0)
      return t(fields.includes('locale') ? 'activity:described_locale' : 'activity:described_name');
  }
  const { channel } = details;
  const ofContact = kind === 'contact.added' || kind === 'contact.removed' || kind === 'contact.made-primary';
  if (ofContact && (channel === 'email' || channel === 'phone')) return t(`activity:${kind}_${channel}`);
  return t(`activity:${kind}`);
}

/** The things that the log names by a word, in ours. */
const THINGS: Readonly<Record<string, TextKey>> = {
  password: 'activity:thing_password',
  pwd: 'activity:thing_password',
  totp: 'activity:thing_totp',
  otp: 'activity:thing_totp',
  passkey: 'activity:thing_passkey',
  'passkey-uv': 'activity:thing_passkey',
  pop: 'activity:thing_passkey',
  sms: 'activity:thing_sms',
  'sms-code': 'activity:thing_sms',
  'email-code': 'activity:thing_email',
  'restore-code': 'activity:thing_restore-code',
  'urn:regain:amr:restore-code': 'activity:thing_restore-code',
  'emergency-code': 'activity:thing_emergency-code',
  'urn:regain:amr:emergency-code': 'activity:thing_emergency-code',
  'urn:regain:amr:email': 'activity:thing_email',
  invitation: 'activity:thing_invitation',
  phone: 'activity:thing_phone',
};

/** Why, or what was wrong. */
const REASONS: Readonly<Record<string, TextKey>> = {
  'used-code': 'activity:reason_used-code',
  'account-suspended': 'activity:reason_account-suspended',
  'other-organization': 'activity:reason_other-organization',
  'another-account': 'activity:reason_another-account',
  overtaken: 'activity:reason_overtaken',
  'wrong-code': 'activity:reason_wrong-code',
  spent: 'activity:reason_spent',
  expired: 'activity:reason_expired',
  'not-yet': 'activity:reason_not-yet',
  'other-application': 'activity:reason_other-application',
  'other-reach': 'activity:reason_other-reach',
  'wanted-for-another-account': 'activity:reason_wanted',
};

/** What did not fit, in a failed try. */
const WRONG: Readonly<Record<string, TextKey>> = {
  password: 'activity:wrong_password',
  totp: 'activity:wrong_totp',
  passkey: 'activity:wrong_passkey',
  sms: 'activity:wrong_sms',
  'sms-code': 'activity:wrong_sms',
  'email-code': 'activity:wrong_email',
  'restore-code': 'activity:wrong_restore-code',
  'emergency-code': 'activity:wrong_emergency-code',
  contest: 'activity:wrong_digits',
};

const PURPOSES: Readonly<Record<string, TextKey>> = {
  'sign-in': 'activity:during_sign-in',
  recovery: 'activity:during_recovery',
  emergency: 'activity:during_emergency',
  'new-contact': 'activity:for_new-contact',
};

const LANGUAGES: Readonly<Record<string, TextKey>> = { en: 'common:language_en', fr: 'common:language_fr' };

/** Of a word that the log holds, ours; what it holds may be anything. */
function said(words: Readonly<Record<string, TextKey>>, word: unknown): TextKey | undefined {
  return typeof word === 'string' && Object.hasOwn(words, word) ? words[word] : undefined;
}

function subject(t: Translate, details: Details): string[] {
  const { what, name, agent, to, about, factor, set, lost, reason, method, during, channel, template } = details;
  const why = said(REASONS, reason) ?? said(WRONG, method);
  const purpose = said(PURPOSES, during ?? details['for']);
  const language = said(LANGUAGES, details['language']);
  const isMessage = template !== undefined && (channel === 'email' || channel === 'sms');
  return [
    ...(why ? [t(why)] : []),
    ...(purpose ? [t(purpose)] : []),
    ...thing(t, textIn(what), textIn(name), textIn(agent)),
    ...(lost === true ? [t('activity:reported_lost')] : []),
    ...(textIn(to) ? [t('activity:new_name', { name: textIn(to) })] : []),
    ...textsIn(about),
    ...(language ? [t(language)] : []),
    ...list(t, 'activity:new', [...textsIn(factor), ...textsIn(set)]),
    ...list(t, 'activity:removed', textsIn(lost)),
    ...(isMessage ? [t(`activity:channel_${channel}`)] : []),
  ];
}

/** A device or browser: by its name, else by what it is. */
function thing(t: Translate, what: string, name: string, agent: string): string[] {
  if (name) return [name];
  if (what === 'browser') return [browserName(t, { userAgent: agent })];
  if (what === 'totp' || what === 'passkey') return [deviceName(t, { kind: what, label: '' })];
  return what === 'phone' ? [t('activity:thing_phone')] : [];
}

function used(t: Translate, details: Details): string[] {
  return list(t, 'activity:used', textsIn(details['proofs'] ?? details['amr']));
}

function list(
  t: Translate,
  key: 'activity:used' | 'activity:new' | 'activity:removed',
  words: readonly string[],
): string[] {
  const things = [...new Set(words.flatMap((word) => said(THINGS, word) ?? []))].map((known) => t(known));
  return things.length > 0 ? [t(key, { things: things.join(', ') })] : [];
}

function application(t: Translate, details: Details, clients: ReadonlyMap<string, string>): string[] {
  const [client] = textsIn(details['client']);
  if (client === undefined) return [];
  if (client === 'regain-account') return [t('activity:console')];
  if (details['name'] !== undefined) return [];
  const name = clients.get(client);
  return name ? [t('activity:application', { name })] : [];
}

function ended(t: Translate, details: Details): string[] {
  const count = details['sessions_ended'];
  return typeof count === 'number' && count > 0 ? [t('receipt:sessions_ended', { count })] : [];
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');
