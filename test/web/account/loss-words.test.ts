import { describe, expect, it } from 'vitest';
import { ifYouLose } from '../../../src/domain/check-up.ts';
import type { Locale } from '../../../src/domain/message.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { belongingsOf } from '../../../src/flows/belongings.ts';
import type { Account, Contact, Credential } from '../../../src/flows/ports.ts';
import { translator } from '../../../src/i18n/translate.ts';
import { rowOf } from '../../../src/web/pages/account/if-you-lose/if-you-lose.ts';
import { toAdd } from '../../../src/web/pages/account/if-you-lose/words.ts';
import { CLIMBABLE, DAY } from '../../domain/belongings.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15';
const PHONE = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36';

const common = {
  state: 'active',
  label: '',
  createdAt: NOW - 30 * DAY,
  lastUsedAt: null,
  unsettledUntil: null,
  failures: 0,
  lostAt: null,
  addedFrom: null,
} as const;
const password: Credential = { ...common, id: 'p', kind: 'password', hash: '' };
const totp: Credential = { ...common, id: 't', kind: 'totp', sealedSecret: Buffer.of(), lastStep: null };
const passkey = (id: string, userAgent: string, more: object = {}): Credential => ({
  ...common,
  id,
  kind: 'passkey',
  webauthnId: id,
  publicKey: Buffer.of(),
  signCount: 0,
  transports: ['internal'],
  synced: false,
  addedFrom: { ip: '', userAgent },
  ...more,
});
const contact = (kind: Contact['kind'], value: string, more: Partial<Contact> = {}): Contact => ({
  id: value,
  kind,
  value,
  verifiedAt: NOW - 30 * DAY,
  primary: true,
  countsFrom: 0,
  offAt: null,
  ...more,
});
const email = contact('email', 'ada@example.com');
const phone = contact('phone', '+41791234567');

const isContact = (one: Credential | Contact): one is Contact => 'value' in one;

function accountOf(held: (Credential | Contact)[], policy: Policy = PRESETS['password-sms']): Account {
  return {
    id: 'a',
    organizationId: 'default',
    username: 'ada',
    givenName: null,
    familyName: null,
    locale: 'en',
    suspendedAt: null,
    frozenAt: null,
    contested: [],
    closesAt: null,
    restoreCode: null,
    emergencyCode: null,
    restoreForbidden: false,
    restoreUses: [],
    signInsAsked: 0,
    roles: [],
    inPilot: false,
    onboardingAfter: null,
    createdAt: 0,
    boundToSecondFactor: true,
    recoveredAt: null,
    lastMethod: null,
    credentials: held.filter((one) => !isContact(one)),
    contacts: held.filter(isContact),
    formerContacts: [],
    policy,
    policyVersion: 1,
  };
}

/** Every line of the page, as it is read: name, state, what then, what to add. */
function linesFor(account: Account, locale: Locale = 'en'): string[] {
  const speaker = { t: translator(locale), locale, account, url: (path: string) => path };
  const lines = ifYouLose(account.policy, belongingsOf(account, { closed: [], now: () => NOW }));
  return lines
    .map((line) => rowOf(speaker, line))
    .map(({ name, state, details, actions }) =>
      [name, state.text, ...details, ...actions.map(({ text, href }) => `[${text} ${href}]`)].join(' | '),
    );
}

describe('one line for each thing', () => {
  it('English: the TrustID set-up', () => {
    expect(linesFor(accountOf([password, totp, email, phone]))).toEqual([
      'If you lose your phone | You need your number back | First your network operator has to give you a new SIM card for your number. | With a link sent to ada@example.com, your password, and a code sent to your phone number you register a new second factor. | [Add a passkey on another device /account/devices/add]',
      'If you forget your password | You get back in alone | With a link sent to ada@example.com and your authenticator app you set a new password.',
      'If you can no longer open the mailbox of ada@example.com | You still get in | You sign in as before, with your password and your authenticator app.',
    ]);
  });

  it('French: the same', () => {
    expect(linesFor(accountOf([password, totp, email, phone]), 'fr')).toEqual([
      'Si vous perdez votre téléphone | Il vous faut retrouver votre numéro | Il faut d’abord que votre opérateur vous remette une nouvelle carte SIM pour votre numéro. | Avec un lien envoyé à ada@example.com, votre mot de passe et un code envoyé à votre numéro de téléphone, vous enregistrez un nouveau deuxième facteur. | [Ajouter une clé d’accès sur un autre appareil /account/devices/add]',
      'Si vous oubliez votre mot de passe | Vous revenez sans aide | Avec un lien envoyé à ada@example.com et votre application d’authentification, vous définissez un nouveau mot de passe.',
      'Si vous n’avez plus accès à la messagerie de ada@example.com | Votre accès reste ouvert | Vous vous authentifiez comme avant, avec votre mot de passe et votre application d’authentification.',
    ]);
  });

  it('a passkey is where it was registered, and is called by its name, else by its day where there are several', () => {
    const [phoneLine, laptop] = linesFor(accountOf([password, totp, email, passkey('k', MAC, { label: 'Laptop' })]));
    expect(phoneLine).toBe(
      'If you lose your phone | You still get in | You sign in as before, with your passkey “Laptop”.',
    );
    expect(laptop).toContain('If you lose the computer with your passkey “Laptop” | You still get in');
    const two = linesFor(accountOf([password, passkey('k', MAC), passkey('l', PHONE), email]));
    expect(two[0]).toBe(
      'If you lose your phone | You still get in | You sign in as before, with your passkey added on 23 October 2026.',
    );
    expect(two[1]).toContain('If you lose the computer with your passkey added on 23 October 2026');
    expect(linesFor(accountOf([passkey('k', MAC)]), 'fr')[0]).toContain(
      'Si vous perdez l’ordinateur qui contient votre clé d’accès |',
    );
  });

  it.each([
    [
      'en',
      'If you lose your phone | You get back in alone | With a link sent to ada@example.com and your restore code you register a new second factor.',
      'If you lose your restore code | You still get in | You sign in as before, with your password and your authenticator app.',
    ],
    [
      'fr',
      'Si vous perdez votre téléphone | Vous revenez sans aide | Avec un lien envoyé à ada@example.com et votre code de restauration, vous enregistrez un nouveau deuxième facteur.',
      'Si vous perdez votre code de restauration | Votre accès reste ouvert | Vous vous authentifiez comme avant, avec votre mot de passe et votre application d’authentification.',
    ],
  ] as const)(
    '%s: a restore code leads back, and can be lost itself; without one it is what is to be added',
    (locale, phoneLine, codeLine) => {
      const without = accountOf([password, totp, email, phone], PRESETS['restore-code']);
      expect(linesFor(without, locale)[0]).toContain('/account/restore-code]');
      const code = {
        id: 'c',
        hash: Buffer.of(),
        sealed: null,
        issuedBy: 'owner',
        createdAt: 0,
        unsettledUntil: null,
      } as const;
      const lines = linesFor({ ...without, restoreCode: code }, locale);
      expect([lines[0], lines[2]]).toEqual([phoneLine, codeLine]);
      expect(linesFor({ ...without, restoreForbidden: true }, locale)[0]).not.toContain('/account/restore-code]');
    },
  );

  it('says until when, and that help is needed, and links what would mend it', () => {
    const rested = contact('email', 'ada@example.com', { countsFrom: NOW + 3 * DAY });
    expect(linesFor(accountOf([password, totp, rested]))).toEqual([
      'If you lose your phone | Only with help | You do not get back in by yourself: support has to check who you are. | [Add a passkey on another device /account/devices/add]',
      'If you forget your password | You get back in after a wait | Not before 25 November 2026 at 12:00 (UTC): what was set or changed lately does not count at once. | With a link sent to ada@example.com and your authenticator app you set a new password.',
      'If you can no longer open the mailbox of ada@example.com | You still get in | You sign in as before, with your password and your authenticator app.',
    ]);
  });

  it('numbers the recoveries of a climb, and calls new what the first one brought', () => {
    const [first] = linesFor(accountOf([passkey('k', MAC), email, phone], CLIMBABLE)).filter((line) =>
      line.includes('computer'),
    );
    expect(first).toContain(
      '1. With a link sent to ada@example.com and a code sent to your phone number you set a new password. | 2. With a link sent to ada@example.com, your new password, and a code sent to your phone number you register a new second factor.',
    );
  });

  it('a name is text, whatever stands in it', () => {
    const odd = passkey('k', MAC, { label: '$t(if-you-lose:help) {{name}} <b>' });
    expect(linesFor(accountOf([password, totp, odd, email])).join(' ')).toContain(
      '“$t(if-you-lose:help) {{name}} <b>”',
    );
  });
});

const withContacts = (held: Contact[]) => ({
  t: translator('en'),
  locale: 'en' as const,
  account: accountOf(held),
  url: String,
});

it('a second address is called a second one', () => {
  expect(toAdd(withContacts([]), 'email')).toBe('Add an e-mail address');
  expect(toAdd(withContacts([contact('email', 'a@example.com', { verifiedAt: null })]), 'email')).toBe(
    'Add an e-mail address',
  );
  expect(toAdd(withContacts([email]), 'email')).toBe('Add a second e-mail address');
  expect(toAdd(withContacts([email]), 'phone')).toBe('Add a phone number');
});
