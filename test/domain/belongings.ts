import type { HeldCredential, Standing } from '../../src/domain/credential.ts';
import type { Belongings, Outlook, PasskeyFacts, Thing } from '../../src/domain/losses.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { NOW } from './account.ts';

/** Owners and what they have, in words. */
export const DAY = 86_400_000;

const held = (kind: HeldCredential['kind'], id: string = kind): HeldCredential => ({
  id,
  kind,
  state: 'active',
  unsettledUntil: null,
});

const passkey = (id: string, facts: Omit<PasskeyFacts, 'id'>) => ({
  credential: held('passkey', id),
  facts: { id, ...facts },
});

/** What an owner may have. `laptop`, `key`, `android`: passkeys that live in one place; `cloud`: a synced one; `somewhere`: nothing is known. */
const PASSKEYS = {
  laptop: passkey('laptop', { synced: false, transports: ['internal'], registeredOn: 'computer' }),
  desktop: passkey('desktop', { synced: false, transports: ['internal'], registeredOn: 'computer' }),
  key: passkey('key', { synced: false, transports: ['usb', 'nfc'], registeredOn: 'computer' }),
  android: passkey('android', { synced: false, transports: ['internal', 'hybrid'], registeredOn: 'computer' }),
  cloud: passkey('cloud', { synced: true, transports: ['internal', 'hybrid'], registeredOn: 'phone' }),
  somewhere: passkey('somewhere', { synced: false, transports: [], registeredOn: 'unknown' }),
} as const;
const CREDENTIALS = { password: held('password'), totp: held('totp') } as const;
const CONTACTS = { email: 'email', secondEmail: 'email', phone: 'phone' } as const;

export type Possession = keyof typeof PASSKEYS | keyof typeof CREDENTIALS | keyof typeof CONTACTS | 'paper';
export const POSSESSIONS: readonly Possession[] = [
  'password',
  'totp',
  'email',
  'secondEmail',
  'phone',
  'laptop',
  'desktop',
  'key',
  'android',
  'cloud',
  'somewhere',
  'paper',
];

const isIn = <Name extends string>(record: Record<Name, unknown>, name: string): name is Name =>
  Object.hasOwn(record, name);

/** An owner who has these things (`paper`: one with a restore code), all verified and settled; bound to a second factor unless told otherwise. */
export function owner(has: readonly Possession[], more: Partial<Standing> = {}, restoreCodes = false): Belongings {
  const passkeys = has.filter((name) => isIn(PASSKEYS, name)).map((name) => PASSKEYS[name]);
  return {
    standing: {
      suspended: false,
      frozen: null,
      restoreCode: has.includes('paper') ? { id: 'paper', byEmail: false, unsettledUntil: null } : null,
      emergencyCode: null,
      boundToSecondFactor: true,
      credentials: [
        ...has.filter((name) => isIn(CREDENTIALS, name)).map((name) => CREDENTIALS[name]),
        ...passkeys.map(({ credential }) => credential),
      ],
      contacts: has
        .filter((name) => isIn(CONTACTS, name))
        .map((name) => ({ id: name, kind: CONTACTS[name], verified: true, countsFrom: 0 })),
      closed: [],
      ...more,
    },
    passkeys: passkeys.map(({ facts }) => facts),
    restoreCodes,
    now: NOW,
  };
}

/** The same, with one of the things not yet counting as a proof. */
export function resting(belongings: Belongings, id: string, until: number): Belongings {
  const { standing } = belongings;
  return {
    ...belongings,
    standing: {
      ...standing,
      credentials: standing.credentials.map((one) => (one.id === id ? { ...one, unsettledUntil: until } : one)),
      contacts: standing.contacts.map((one) => (one.id === id ? { ...one, countsFrom: until } : one)),
      restoreCode:
        standing.restoreCode?.id === id ? { ...standing.restoreCode, unsettledUntil: until } : standing.restoreCode,
    },
  };
}

/** Two inboxes set a password, and a known password with them a second factor: the climb that SPEC T10 forbids. */
export const CLIMBABLE: Policy = {
  ...PRESETS['password-sms'],
  name: 'climbable',
  routes: {
    ...PRESETS['password-sms'].routes,
    'reset-password': [{ id: 'link-and-sms', proofs: ['email-code', 'sms-code'] }],
  },
};

/** A restore adds a second factor beside those that there are. */
export const KEEPING: Policy = {
  ...PRESETS['restore-code'],
  name: 'keeping',
  restoreCode: { ...PRESETS['restore-code'].restoreCode, oldDevices: 'kept' },
};

/** An outlook in one line, so that tables can be read. */
export function said(outlook: Outlook): string {
  switch (outlook.back) {
    case 'not-alone':
      return 'not alone';
    case 'once-number-is-back':
      return `once the number is back: ${said(outlook.way)}`;
    case 'as-before':
      return `signs in by ${outlook.signIn.proofs.map(({ by }) => by).join(', ')}`;
    case 'alone':
      return outlook.recoveries
        .map(({ goal, proofs }) => `${goal} by ${proofs.map(({ by }) => by).join(', ')}`)
        .join('; then ');
    case 'after-waiting':
      return `after ${(outlook.until - NOW) / DAY} days ${outlook.recoveries.map(({ goal }) => goal).join('; then ')}`;
  }
}

/** `computer laptop`, `phone`. */
export function nameOf({ kind, id }: Thing): string {
  return id === undefined ? kind : `${kind} ${id}`;
}
