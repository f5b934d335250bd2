import { isIP } from 'node:net';
import type { Logo } from '../domain/branding.ts';
import { parseEmail } from '../domain/email-address.ts';
import type { Circumstances, EmailContent, Locale } from '../domain/message.ts';
import { isContestable, type NoticeKind } from '../domain/notice.ts';
import { unlinked } from '../domain/unlinked.ts';
import { nameUserAgent } from '../domain/user-agent.ts';
import { formatDateTime } from '../i18n/dates.ts';
import { type Translate, translator } from '../i18n/translate.ts';
import { HOUSE, type MessageBrand } from './message-brand.ts';
import { plainLine } from './plain.ts';

/** An e-mail before it is laid out as text and as HTML: one heading, one button, one block of facts. All plain text. */
export interface Letter {
  readonly lang: Locale;
  readonly subject: string;
  /** Alone on a lock screen it says what happened. */
  readonly lead: string;
  readonly before: readonly string[];
  readonly button?: { readonly text: string; readonly href: string; readonly asText: string };
  /** A short code or two digits, with the line that says where to type them. */
  readonly code?: { readonly text: string; readonly value: string; readonly beforeButton: boolean };
  readonly after: readonly string[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly links: readonly { readonly text: string; readonly href: string }[];
  readonly brand: string;
  readonly accents: MessageBrand['accents'];
  /** Shown as `cid:logo` in place of the name. */
  readonly logo: Pick<Logo, 'width' | 'height' | 'plates'> | undefined;
  /** How the organization's support is reached. */
  readonly support: string | undefined;
  readonly automatic: string;
}

/** What the message says (SPEC T3, LOOK "Messages"), in the account's language. `issuer`: no trailing slash. */
export function writeLetter(content: EmailContent, lang: Locale, issuer: string, house = HOUSE): Letter {
  const letter = lettered(content, lang, issuer, house);
  const { supportUrl } = house;
  // The organization's own page in place of ours.
  const links = letter.links.map((link) =>
    supportUrl && link.href === `${issuer}/support` ? { ...link, href: supportUrl } : link,
  );
  return { ...letter, links };
}

function lettered(content: EmailContent, lang: Locale, issuer: string, house: MessageBrand): Letter {
  const t = translator(lang);
  const brand = house.name;
  const support = house.support.length > 0 ? t('messages:support', { ways: house.support.join(' · ') }) : undefined;
  const { accents, logo } = house;
  const frame = { lang, brand, support, accents, logo, automatic: t('messages:automatic', { product: brand }) };
  if (content.template === 'recovery-link') return { ...frame, ...recoveryLink(t, content, lang, issuer) };
  if (content.template === 'invitation') return { ...frame, ...invitation(t, content, issuer) };
  if (content.template === 'new-contact') return { ...frame, ...newContact(t, content, lang, issuer) };
  if (content.template === 'restore-code') return { ...frame, ...restoreCode(t, content, lang, issuer) };
  if (content.template === 'emergency-access') return { ...frame, ...emergencyAccess(t, content, lang, issuer) };
  if (content.template === 'emergency-half') return { ...frame, ...emergencyHalf(t, content, lang, issuer) };
  if (content.template === 'emergency-request') return { ...frame, ...emergencyRequest(t, content, lang, issuer) };
  if (content.template === 'emergency-request-refused')
    return { ...frame, ...requestRefused(t, content, lang, issuer) };
  if (content.template === 'contact-taken') return { ...frame, ...contactTaken(t, content, lang, issuer) };
  return { ...frame, ...notice(t, content, lang, issuer) };
}

type Contents = Omit<Letter, 'lang' | 'brand' | 'accents' | 'logo' | 'support' | 'automatic'>;
type ContentOf<Template extends EmailContent['template']> = Extract<EmailContent, { template: Template }>;

function recoveryLink(t: Translate, content: ContentOf<'recovery-link'>, lang: Locale, issuer: string): Contents {
  const account = fact(t, t('messages:account'), ownWords(content.username));
  return {
    subject: t('messages:recovery_subject'),
    lead: t('messages:recovery_lead'),
    before: [],
    button: button(t, t('messages:recovery_button'), content.link),
    code: { text: t('messages:recovery_code'), value: spaced(content.code), beforeButton: false },
    after: [t('messages:recovery_expiry', { count: content.minutes })],
    facts: [...circumstances(t, lang, content.circumstances), account],
    links: [{ text: t('messages:recovery_help'), href: `${issuer}${HELP['recovery-link']}` }],
  };
}

function invitation(t: Translate, content: ContentOf<'invitation'>, issuer: string): Contents {
  return {
    subject: t('messages:invitation_subject'),
    lead: t('messages:invitation_lead'),
    before: [t('messages:invitation_username', { username: ownWords(content.username) })],
    button: button(t, t('messages:invitation_button'), content.link),
    after: [t('messages:invitation_expiry', { count: content.days })],
    facts: [],
    links: [{ text: t('messages:invitation_help'), href: `${issuer}${HELP.invitation}` }],
  };
}

function newContact(t: Translate, content: ContentOf<'new-contact'>, lang: Locale, issuer: string): Contents {
  return {
    subject: t('messages:new-contact_subject'),
    lead: t('messages:new-contact_lead'),
    before: [],
    code: { text: t('messages:new-contact_code'), value: spaced(content.code), beforeButton: false },
    after: [t('messages:new-contact_expiry', { count: content.minutes })],
    facts: circumstances(t, lang, content.circumstances),
    links: [{ text: t('messages:notice_help'), href: `${issuer}${HELP['new-contact']}` }],
  };
}

function restoreCode(t: Translate, content: ContentOf<'restore-code'>, lang: Locale, issuer: string): Contents {
  return {
    subject: t('messages:restore-code_subject'),
    lead: t('messages:restore-code_lead'),
    before: [],
    code: { text: t('messages:restore-code_code'), value: content.code, beforeButton: false },
    after: [t('messages:restore-code_keep')],
    facts: [
      ...circumstances(t, lang, content.circumstances),
      fact(t, t('messages:account'), ownWords(content.username)),
    ],
    links: [{ text: t('messages:recovery_help'), href: `${issuer}${HELP['restore-code']}` }],
  };
}

function emergencyAccess(t: Translate, content: ContentOf<'emergency-access'>, lang: Locale, issuer: string): Contents {
  return {
    subject: t('messages:emergency-access_subject'),
    lead: t('messages:emergency-access_lead'),
    before: [],
    code: { text: t('messages:emergency-access_code'), value: spaced(content.code), beforeButton: false },
    after: [t('messages:emergency-access_expiry', { count: content.minutes })],
    facts: [
      ...circumstances(t, lang, content.circumstances),
      fact(t, t('messages:account'), plainLine(content.username)),
    ],
    links: [{ text: t('messages:recovery_help'), href: `${issuer}${HELP['emergency-access']}` }],
  };
}

function emergencyHalf(t: Translate, content: ContentOf<'emergency-half'>, lang: Locale, issuer: string): Contents {
  return {
    subject: t('messages:emergency-half_subject'),
    lead: t('messages:emergency-half_lead'),
    before: [],
    code: { text: t('messages:emergency-half_code'), value: content.code, beforeButton: false },
    after: [t('messages:emergency-half_then', { until: formatDateTime(lang, content.until) })],
    facts: [
      ...circumstances(t, lang, content.circumstances),
      fact(t, t('messages:account'), plainLine(content.username)),
    ],
    links: [{ text: t('messages:contact_support'), href: `${issuer}${HELP['emergency-half']}` }],
  };
}

function emergencyRequest(
  t: Translate,
  content: ContentOf<'emergency-request'>,
  lang: Locale,
  issuer: string,
): Contents {
  return {
    subject: t('messages:emergency-request_subject'),
    lead: t('messages:emergency-request_lead'),
    before: [t('messages:emergency-request_stop')],
    code: { text: t('messages:emergency-request_digits'), value: content.digits, beforeButton: true },
    button: button(t, t('messages:emergency-request_button'), content.link),
    after: [],
    facts: circumstances(t, lang, content.circumstances),
    links: [{ text: t('messages:contact_support'), href: `${issuer}${HELP['emergency-request']}` }],
  };
}

function requestRefused(
  t: Translate,
  content: ContentOf<'emergency-request-refused'>,
  lang: Locale,
  issuer: string,
): Contents {
  return {
    subject: t('messages:emergency-request-refused_subject'),
    lead: t('messages:emergency-request-refused_lead'),
    before: [t('messages:emergency-request-refused_answer', { answer: ownWords(content.answer) })],
    after: [],
    facts: circumstances(t, lang, content.circumstances),
    links: [{ text: t('messages:contact_support'), href: `${issuer}${HELP['emergency-request-refused']}` }],
  };
}

function contactTaken(t: Translate, content: ContentOf<'contact-taken'>, lang: Locale, issuer: string): Contents {
  return {
    subject: t('messages:contact-taken_subject'),
    lead: t('messages:contact-taken_lead'),
    before: [t('messages:contact-taken_do')],
    after: [],
    facts: circumstances(t, lang, content.circumstances),
    links: [{ text: t('messages:notice_help'), href: `${issuer}${HELP['contact-taken']}` }],
  };
}

function notice(t: Translate, content: ContentOf<'notice'>, lang: Locale, issuer: string): Contents {
  return {
    subject: t(`messages:${content.notice}_subject`),
    lead: t(`messages:${content.notice}_lead`),
    ...contestable(t, content),
    facts: [
      ...(content.about === undefined ? [] : [fact(t, t('messages:about'), ownWords(content.about))]),
      ...(content.until === undefined ? [] : [fact(t, t('messages:until'), formatDateTime(lang, content.until))]),
      ...circumstances(t, lang, content.circumstances),
    ],
    links: [
      { text: t('messages:notice_help'), href: `${issuer}${HELP.notice}` },
      { text: t('messages:contact_support'), href: `${issuer}/support` },
    ],
  };
}

/** What somebody called an account or a device: nothing that is linked, but for an address, which opens no page. */
function ownWords(text: string): string {
  const line = plainLine(text);
  return parseEmail(line) ? line : unlinked(line);
}

/** Where the help link of each message leads, below the issuer (SPEC T11). */
const HELP: Readonly<Record<EmailContent['template'], string>> = {
  'recovery-link': '/help/lost-credentials',
  invitation: '/help/invitation',
  'new-contact': '/help/notices',
  'contact-taken': '/help/notices',
  'restore-code': '/help/restore-code',
  'emergency-access': '/help/lost-credentials',
  'emergency-half': '/support',
  'emergency-request': '/support',
  'emergency-request-refused': '/support',
  notice: '/help/notices',
};

/** Done by Regain itself, to protect the account: nobody is asked whether it was them. */
export function isFinal(kind: NoticeKind): boolean {
  return !isContestable(kind);
}

/** What there is to do about a notice. A page and two digits where it can be contested, so that no scanner can press it. */
function contestable(t: Translate, content: ContentOf<'notice'>) {
  if (content.contest) {
    return {
      before: [t('messages:notice_was_you')],
      code: { text: t('messages:notice_digits'), value: content.contest.digits, beforeButton: true },
      button: button(t, t('messages:notice_button'), content.contest.link),
      after: [],
    };
  }
  return {
    before: isFinal(content.notice) ? [] : [t('messages:notice_was_you'), t('messages:notice_support')],
    after: [],
  };
}

const button = (t: Translate, text: string, href: string) => ({ text, href, asText: t('messages:link_line') });

const fact = (t: Translate, label: string, value: string) => ({ label: t('messages:label', { label }), value });

/** "123 456" is easier to read; the page takes it with and without the space. */
const spaced = (code: string): string => code.replace(/^(\d{3})(\d{3})$/, '$1 $2');

function circumstances(t: Translate, lang: Locale, { at, ip, userAgent }: Circumstances): Letter['facts'] {
  const when = fact(t, t('messages:when'), formatDateTime(lang, at));
  // Nobody's browser: an administrator, or Regain itself.
  if (ip === '' && userAgent === '') return [when];
  const names = nameUserAgent(userAgent);
  return [
    when,
    fact(t, t('messages:where'), isIP(ip) ? t('messages:ip', { ip }) : t('messages:ip_unknown')),
    fact(t, t('messages:with'), names ? t('messages:browser', names) : t('messages:browser_unknown')),
  ];
}
