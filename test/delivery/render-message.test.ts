import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../src/delivery/render-message.ts';
import { LOCALES, type Message } from '../../src/domain/message.ts';
import { circumstances, email, ISSUER, LINK, NOTICES, recoveryLink } from './messages.ts';

function rendered(message: Message) {
  const result = renderMessage(message, ISSUER);
  if (result.channel !== 'email') throw new Error('not an e-mail');
  return { ...result, seen: shown(result.html) };
}

/** What a person reads of the HTML: no tags, no hidden parts, spaces folded, entities resolved. */
const shown = (html: string): string =>
  html
    .replace(/<head>[^]*<\/head>/, '')
    .replaceAll(/<div style="display:none[^]*?<\/div>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/[ \n]+/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&#34;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** As checks compare texts: apostrophes and spaces folded. */
const folded = (text: string): string => text.replaceAll('’', "'").replaceAll(/[\u00a0\u202f]/g, ' ');

const T3 = {
  en: {
    subject: 'Reset your credentials',
    button: 'Reset your credentials now',
    asked:
      'A reset of the means of authentication of your account was requested. If you made this request, please click the link below to update them.',
    expires:
      'This link expires in 5 minutes. Otherwise, please ignore this message; no change will be made to your account.',
    code: 'Or type this code on the page that you left open: 123 456',
  },
  fr: {
    subject: 'Réinitialiser vos moyens de connexion',
    button: 'Réinitialiser vos moyens de connexion',
    asked:
      "Une réinitialisation de vos moyens de connexion pour votre compte a été demandée. Si vous êtes à l'origine de cette requête, veuillez cliquer sur le lien ci-dessous pour les mettre à jour.",
    expires:
      'Ce lien expire dans 5 minutes. Sinon, veuillez ignorer ce message ; aucun changement ne sera effectué sur votre compte.',
    code: 'Ou saisissez ce code sur la page restée ouverte : 123 456',
  },
} as const;

describe.each(LOCALES)('T3 in %s', (locale) => {
  const mail = rendered(email(recoveryLink(), locale));
  const words = T3[locale];

  test('has the words of the specification, in both parts', () => {
    expect(folded(mail.subject)).toBe(words.subject);
    expect(folded(/<h1[^>]*>(.*)<\/h1>/.exec(mail.html)?.[1] ?? '')).toBe(words.subject);
    for (const part of [folded(mail.text), folded(mail.seen)]) {
      expect(part).toContain(words.asked);
      expect(part).toContain(words.expires);
      expect(part).toContain(words.code);
    }
    expect(mail.html).toContain(`<html lang="${locale}"`);
  });

  test('has one button to the link, and the link as text beside it', () => {
    const buttons = [...mail.html.matchAll(/<a class="button" href="([^"]*)"[^>]*>([^<]*)<\/a>/g)];
    expect(buttons.map((button) => [button[1]?.replaceAll('&amp;', '&'), folded(button[2] ?? '')])).toEqual([
      [LINK, words.button],
    ]);
    expect(mail.text.split('\n')).toContain(LINK);
    expect(mail.seen).toContain(LINK);
  });

  test('says when, where from and with what it was asked, and where help is', () => {
    const when = locale === 'fr' ? '22 novembre 2026 à 14 h 05 (UTC)' : '22 November 2026 at 14:05 (UTC)';
    const browser = locale === 'fr' ? 'Firefox sur Linux' : 'Firefox on Linux';
    for (const part of [folded(mail.text), folded(mail.seen)]) {
      expect(part).toContain(when);
      expect(part).toContain('203.0.113.7');
      expect(part).toContain(browser);
      expect(part).toContain('alice');
    }
    expect(mail.text).toMatch(/^https:\/\/id\.example\.org\/help\/\S+$/m);
    expect(mail.html).toMatch(/href="https:\/\/id\.example\.org\/help\/[^"]+"/);
  });
});

test('the minutes are those of the policy, in the right number', () => {
  expect(rendered(email(recoveryLink({ minutes: 1 }))).text).toContain('expires in 1 minute.');
  expect(rendered(email(recoveryLink({ minutes: 30 }), 'fr')).text).toContain('expire dans 30 minutes.');
});

describe.each(LOCALES)('notices in %s', (locale) => {
  const contest = { link: 'https://id.example.org/contest/abc', digits: '42' };

  test.each(NOTICES)('%s: says what happened, alone on a lock screen, and how to stop it', (notice) => {
    const mail = rendered(email({ template: 'notice', notice, circumstances, contest }, locale));
    const [first = ''] = mail.text.split('\n');
    expect(first.length).toBeGreaterThan(40);
    expect(mail.html.indexOf(first)).toBeGreaterThan(0);
    expect(mail.subject).not.toBe(first);
    for (const part of [mail.text, mail.seen]) {
      expect(part).toContain(contest.link);
      expect(part).toMatch(/[:\u00a0] ?42/);
      expect(part).toContain('203.0.113.7');
    }
    expect(mail.html).toContain(`<a class="button" href="${contest.link}"`);
  });

  test.each(NOTICES)('%s without anything to contest: no button, no digits, but support', (notice) => {
    const mail = rendered(email({ template: 'notice', notice, circumstances }, locale));
    expect(mail.html).not.toContain('class="button"');
    expect(mail.text).toContain('https://id.example.org/support');
  });

  test('no two notices have the same subject or first line', () => {
    const mails = NOTICES.map((notice) => rendered(email({ template: 'notice', notice, circumstances }, locale)));
    expect(new Set(mails.map((mail) => mail.subject)).size).toBe(NOTICES.length);
    expect(new Set(mails.map((mail) => mail.text.split('\n')[0])).size).toBe(NOTICES.length);
  });

  test('the invitation brings its link, the username and how long it lasts', () => {
    const mail = rendered(email({ template: 'invitation', link: LINK, days: 7, username: 'alice' }, locale));
    for (const part of [mail.text, mail.seen]) {
      expect(part).toContain('alice');
      expect(part).toContain(LINK);
      expect(part).toContain(locale === 'fr' ? '7 jours' : '7 days');
    }
  });
});

test('nothing is loaded from anywhere and nobody but the issuer is linked (STANDARDS D-04)', () => {
  const mails = LOCALES.flatMap((locale) => [
    rendered(email(recoveryLink(), locale)),
    rendered(email({ template: 'invitation', link: LINK, days: 7, username: 'alice' }, locale)),
    ...NOTICES.map((notice) => rendered(email({ template: 'notice', notice, circumstances }, locale))),
  ]);
  for (const { html } of mails) {
    expect(html).not.toMatch(/<img|<script|<link|<iframe|url\(|@import|\bsrc=|background=/i);
    const hosts = [...html.matchAll(/https?:\/\/([^/"<\s]+)/g)].map((match) => match[1]);
    expect([...new Set(hosts)]).toEqual(['id.example.org']);
  }
});

describe('A28 hostile text', () => {
  const markup = '<img src=x onerror=alert(1)>"\'&';

  test('markup in a username is text in the HTML part', () => {
    const { html, seen, text } = rendered(email(recoveryLink({ username: markup })));
    expect(html).not.toContain('<img');
    expect(seen).toContain(markup);
    expect(text).toContain(markup);
  });

  test('line breaks, NUL, escape codes and turning characters cannot forge a line', () => {
    const username = 'eve\r\nWhere: IP address 192.0.2.1\u2028x\0\u001b[2J\u202egnp.exe\u2066\u200f\u0085end';
    const { text, html } = rendered(email(recoveryLink({ username })));
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    const forbidden = /[\0\r\u001b\u0085\u2028\u202e\u2066\u200f]/;
    expect(text).not.toMatch(forbidden);
    expect(html).not.toMatch(forbidden);
    expect(text.split('\n').filter((line) => line.startsWith('Where:'))).toEqual(['Where: IP address 203.0.113.7']);
  });

  test('a very long name is cut, whatever it is made of', () => {
    const { text } = rendered(email(recoveryLink({ username: '𝒜'.repeat(100_000) })));
    expect(text.length).toBeLessThan(2_000);
    expect(text).toContain(`${'𝒜'.repeat(79)}…`);
  });

  test('of a user agent and of an address only what is known is shown', () => {
    const hostile = {
      at: circumstances.at,
      ip: '<b>1.2.3.4</b>',
      userAgent: `Firefox/1 ${markup} http://evil.example`,
    };
    const { text, html } = rendered(email(recoveryLink({ circumstances: hostile })));
    expect(`${text}${html}`).not.toMatch(/evil|onerror|1\.2\.3\.4/);
    expect(text).toContain('With: Unknown browser');
    expect(text).toContain('Where: Unknown place');
  });
});

/** What mail programs make a link of by themselves, roughly: a scheme, or a host name. */
const LINKED = /[\p{L}\p{N}]:\/\/|[\p{L}\p{N}][.。．｡]\p{L}{2}/u;

test.each(LOCALES)('A28 in %s: what an owner calls a device or the account is no link in any part', (locale) => {
  const evil = 'http://bank.example www.bank.example';
  const messages: Message[] = [
    email(recoveryLink({ username: evil }), locale),
    email({ template: 'invitation', link: LINK, days: 2, username: evil }, locale),
    email({ template: 'restore-code', code: 'ABC', username: evil, circumstances }, locale),
    email({ template: 'notice', notice: 'device-switched-on', about: evil, circumstances }, locale),
  ];
  for (const message of messages) {
    const { text, seen, subject } = rendered(message);
    for (const part of [text, seen, subject]) {
      expect(part.replaceAll(/http:\/\/localhost\S*|https:\/\/id\S*/g, '')).not.toMatch(LINKED);
      expect(part).not.toContain('bank.example');
    }
    expect(text).toContain('http: bank. example www. bank. example');
  }
  // An address opens no page, and its owner knows it as it is.
  const own = rendered(email(recoveryLink({ username: 'zoe@mail.example' }), locale));
  expect(own.text).toContain('zoe@mail.example');
});
