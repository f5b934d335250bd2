import type { Standing } from '../credential.ts';
import { type Belongings, type PasskeyFacts, placeOf } from '../losses.ts';

/**
 * What an account can hold for getting in, as far as the proof tells accounts apart: passkeys by where they live, a phone that was reported
 * lost or switched off (it still receives codes with a new SIM card), a restore code by how it came.
 */
export const HOLDINGS = [
  'password',
  'totp',
  'phone-passkey',
  'computer-passkey',
  'security-key',
  'synced-passkey',
  'unplaced-passkey',
  'email',
  'phone',
  'switched-off-phone',
  'restore-code',
  'mailed-restore-code',
] as const;
export type Holding = (typeof HOLDINGS)[number];

/**
 * A kind of account: what it holds, in the order of `HOLDINGS`, a thing twice where there are two or more of it; `bound`: it is treated as
 * having a second factor, held or not. Accounts of one kind have the same ways back and the same weak points once everything counts: what
 * rests after a recovery or a change (seven days as a rule) is taken as settled.
 */
export interface AccountKind {
  readonly holds: readonly Holding[];
  readonly bound: boolean;
}

const PASSKEYS: Partial<Record<Holding, Omit<PasskeyFacts, 'id'>>> = {
  'phone-passkey': { synced: false, transports: ['hybrid', 'internal'], registeredOn: 'phone' },
  'computer-passkey': { synced: false, transports: ['internal'], registeredOn: 'computer' },
  'security-key': { synced: false, transports: ['usb', 'nfc'], registeredOn: 'computer' },
  'synced-passkey': { synced: true, transports: ['hybrid', 'internal'], registeredOn: 'phone' },
  'unplaced-passkey': { synced: false, transports: [], registeredOn: 'unknown' },
};
const PASSKEY_AT: Record<ReturnType<typeof placeOf>, Holding> = {
  phone: 'phone-passkey',
  computer: 'computer-passkey',
  'security-key': 'security-key',
  'passkey-device': 'unplaced-passkey',
  synced: 'synced-passkey',
};

/** More of a thing than this tells no two kinds apart. */
const MOST = 2;

/** The kind of an account, of what it holds now; what cannot be proven just now (`closed`) it does not hold. */
export function kindOf({ standing, passkeys }: Pick<Belongings, 'standing' | 'passkeys'>): AccountKind {
  const found = [...credentials(standing, passkeys), ...contacts(standing), ...restoreCodes(standing)];
  const holds = HOLDINGS.flatMap((holding) => found.filter((one) => one === holding).slice(0, MOST));
  return { holds, bound: standing.boundToSecondFactor };
}

/** The same for two accounts of one kind, and for no others: to count accounts by kind. */
export function nameOfKind({ holds, bound }: AccountKind): string {
  return `${bound ? 'bound' : 'unbound'}: ${holds.join(' ')}`;
}

function credentials({ credentials: held, closed }: Standing, passkeys: readonly PasskeyFacts[]): Holding[] {
  return held
    .filter(({ kind, state }) => state === 'active' && !closed.includes(kind))
    .map(({ id, kind }) =>
      kind === 'passkey' ? PASSKEY_AT[placeOf(passkeys.find((facts) => facts.id === id))] : kind,
    );
}

function contacts({ contacts: held, closed }: Standing): Holding[] {
  const verified = held.filter(
    (one) => one.verified && !closed.includes(one.kind === 'email' ? 'email-code' : 'sms-code'),
  );
  return verified.map(({ kind, off }) => (kind === 'phone' && off ? 'switched-off-phone' : kind));
}

function restoreCodes({ restoreCode, closed }: Standing): Holding[] {
  if (!restoreCode || closed.includes('restore-code')) return [];
  return [restoreCode.byEmail ? 'mailed-restore-code' : 'restore-code'];
}

/** An owner with an account of this kind, everything of which counts. The id of a thing is its holding, of a second one with `-2` after it. */
export function belongingsOf({ holds, bound }: AccountKind): Belongings {
  const ids = idsOf(holds);
  const withId = ids.map((id, at) => ({ id, holding: holds[at] }));
  const restore = withId.find(({ holding }) => holding === 'restore-code' || holding === 'mailed-restore-code');
  const passkeys = withId.flatMap(({ id, holding }) => {
    const facts = holding && PASSKEYS[holding];
    return facts ? [{ id, ...facts }] : [];
  });
  const kinds = withId.map(({ id, holding }) => ({
    id,
    holding,
    kind: passkeys.some((one) => one.id === id) ? 'passkey' : holding,
  }));
  const standing: Standing = {
    suspended: false,
    frozen: null,
    boundToSecondFactor: bound,
    credentials: kinds.flatMap(({ id, kind }) =>
      kind === 'password' || kind === 'totp' || kind === 'passkey'
        ? [{ id, kind, state: 'active' as const, unsettledUntil: null }]
        : [],
    ),
    contacts: kinds.flatMap(({ id, holding }) => {
      if (holding !== 'email' && holding !== 'phone' && holding !== 'switched-off-phone') return [];
      const contact = {
        id,
        kind: holding === 'email' ? ('email' as const) : ('phone' as const),
        verified: true,
        countsFrom: 0,
      };
      return [holding === 'switched-off-phone' ? { ...contact, off: true } : contact];
    }),
    restoreCode: restore
      ? { id: restore.id, byEmail: restore.holding === 'mailed-restore-code', unsettledUntil: null }
      : null,
    emergencyCode: null,
    closed: [],
  };
  return { standing, passkeys, restoreCodes: restore !== undefined, now: 0 };
}

/** The id of each thing held. */
export function idsOf(holds: readonly Holding[]): readonly string[] {
  return holds.map((holding, at) => (holds.indexOf(holding) < at ? `${holding}-2` : holding));
}
