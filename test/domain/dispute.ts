import { type Act, beforeContest } from '../../src/domain/contest.ts';
import type { HeldContact, HeldCredential, Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import type { NoticeKind } from '../../src/domain/notice.ts';
import type { Goal, Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Proof } from '../../src/domain/proof.ts';
import { email, NOW, phone } from './account.ts';

/** An account that an owner and a thief quarrel over, played with what `decide` lets each of them do. */
type Secret = HeldCredential & { readonly lostAt: number | null };
type Whose = 'owner' | 'thief';
export type Deed =
  | 'sign-in'
  | 'reset-factor'
  | 'reset-password'
  | 'change-password'
  | 'add-passkey'
  | 'remove-factors'
  | 'report-lost';

export interface Dispute {
  readonly secrets: readonly Secret[];
  readonly acts: readonly Act[];
  /** Ids of what each of them can prove, dead or alive. */
  readonly hands: Readonly<Record<Whose, readonly string[]>>;
}

/** What thieves hold at the beginning: never an app or a passkey of the owner's; `phished`: a code of the app, for one session. */
export const THIEVES: readonly (readonly string[])[] = [
  ['email', 'password', 'phone'],
  ['email', 'phone'],
  ['email'],
  ['password'],
  ['password', 'phished'],
  ['email', 'password', 'phished'],
  ['email', 'password', 'phone', 'phished'],
];
export const OWNERS: readonly (readonly string[])[] = [
  ['email', 'password', 'totp', 'phone'],
  ['email', 'password', 'totp'],
  ['email', 'password', 'totp', 'phone', 'passkey'],
];

const TRUSTID = PRESETS['password-sms'];
/** The ways back that have the last word: with an app or a passkey. */
export const STRONG: Policy = {
  ...TRUSTID,
  routes: {
    ...TRUSTID.routes,
    'lift-freeze': TRUSTID.routes['lift-freeze'].filter(({ proofs }) => !proofs.includes('sms-code')),
  },
};
const CONTACTS: readonly HeldContact[] = [email, phone];

export function play(
  owner: readonly string[],
  thief: readonly string[],
  done: readonly { by: Whose; deed: Deed }[],
): Dispute {
  const secrets = owner.filter((id) => id !== 'email' && id !== 'phone').map((id) => born(id));
  const start: Dispute = {
    secrets,
    acts: [],
    hands: { owner, thief: thief.filter((id) => id === 'phished' || owner.includes(id)) },
  };
  return done.reduce((dispute, { by, deed }, at) => after(dispute, by, deed, at), start);
}

/** The account frozen by the contest of the acts at these places in their order; undefined when none is there. */
export function contested({ secrets, acts }: Dispute, which: readonly number[]): Standing | undefined {
  const all = acts.map((act, at) => ({ ...act, contested: which.includes(at) }));
  if (!all.some((act) => act.contested)) return undefined;
  const held = { credentials: secrets, contacts: CONTACTS, formerContacts: [], bound: true };
  const found = beforeContest<Secret, HeldContact>(held, all);
  return {
    ...standing(found.credentials),
    frozen: {
      used: found.contested.flatMap(({ used }) => used),
      byAuthenticator: found.contested.some((act) => act.byAuthenticator),
    },
  };
}

/** Whether whoever can prove all these walks the way back. */
export function reaches(policy: Policy, frozen: Standing, hands: readonly string[]): boolean {
  return decide(policy, frozen, { goal: 'lift-freeze' }, proofsBy(hands), NOW).verdict === 'allow';
}

function after(dispute: Dispute, by: Whose, deed: Deed, at: number): Dispute {
  const hands = dispute.hands[by];
  const id = (kind: string) => `${kind}-${by}-${at}`;
  const now = standing(dispute.secrets);
  const allowed = (goal: Goal) => decide(TRUSTID, now, { goal }, proofsBy(hands), NOW).verdict === 'allow';
  const usedFor = (...kinds: Proof['kind'][]) =>
    proofsBy(hands).filter((one) => kinds.includes(one.kind) && lives(now, one.by));
  const recover = (kind: NoticeKind, used: readonly Proof[], added: string, isOld: (one: Secret) => boolean): Dispute =>
    change(
      dispute,
      by,
      {
        kind,
        used: ids(used),
        added: [added],
        removed: ids(dispute.secrets.filter((one) => isOld(one) && one.state !== 'removed')),
      },
      NOW + 1,
    );
  switch (deed) {
    case 'reset-factor':
      return allowed('reset-second-factor')
        ? recover(
            'second-factor-replaced',
            usedFor('email-code', 'password', 'sms-code'),
            id('totp'),
            (one) => one.kind !== 'password',
          )
        : dispute;
    case 'reset-password':
      return allowed('reset-password')
        ? recover(
            'password-reset',
            usedFor('email-code', 'totp', 'passkey'),
            id('password'),
            (one) => one.kind === 'password',
          )
        : dispute;
    case 'report-lost':
      return usedFor('password').length > 0 ? lost(dispute, ids(usedFor('password'))) : dispute;
    default:
      return inSession(dispute, by, deed, id, now);
  }
}

/** What a full sign-in opens; a phished code does as well, and what was used in it counts from then on. */
function inSession(dispute: Dispute, by: Whose, deed: Deed, id: (kind: string) => string, now: Standing): Dispute {
  const hands = dispute.hands[by].flatMap((one) => (one === 'phished' ? ['totp'] : [one]));
  const used = proofsBy(hands).filter(
    (one) => (one.kind === 'password' || one.kind === 'totp' || one.kind === 'passkey') && lives(now, one.by),
  );
  if (decide(TRUSTID, now, { goal: 'sign-in' }, used, NOW).verdict !== 'allow') return dispute;
  const settled = {
    ...dispute,
    secrets: dispute.secrets.map((one) => (ids(used).includes(one.id) ? { ...one, unsettledUntil: null } : one)),
  };
  const old = (isOld: (one: Secret) => boolean) =>
    ids(dispute.secrets.filter((one) => isOld(one) && one.state !== 'removed'));
  switch (deed) {
    case 'add-passkey':
      return change(
        settled,
        by,
        { kind: 'second-factor-added', used: ids(used), added: [id('passkey')], removed: [] },
        null,
      );
    case 'change-password':
      return change(
        settled,
        by,
        {
          kind: 'password-changed',
          used: ids(used),
          added: [id('password')],
          removed: old(({ kind }) => kind === 'password'),
        },
        null,
      );
    case 'remove-factors':
      return change(
        settled,
        by,
        {
          kind: 'second-factor-removed',
          used: ids(used),
          added: [],
          removed: old((one) => one.kind !== 'password' && !ids(used).includes(one.id)),
        },
        null,
      );
    default:
      return change(settled, by, { kind: 'new-browser', used: ids(used), added: [], removed: [] }, null);
  }
}

function change(dispute: Dispute, by: Whose, act: Omit<Act, 'at'>, unsettledUntil: number | null): Dispute {
  const gone = dispute.secrets.map((one) =>
    act.removed.includes(one.id)
      ? { ...one, state: 'removed' as const, lostAt: one.state === 'active' ? one.lostAt : NOW }
      : one,
  );
  return {
    secrets: [...gone, ...act.added.map((id) => ({ ...born(id), unsettledUntil }))],
    acts: [...dispute.acts, { ...act, at: NOW + dispute.acts.length }],
    hands: { ...dispute.hands, [by]: [...dispute.hands[by], ...act.added] },
  };
}

function lost(dispute: Dispute, used: readonly string[]): Dispute {
  const isOn = ({ kind, state }: Secret) => kind !== 'password' && state === 'active';
  return {
    ...dispute,
    secrets: dispute.secrets.map((one) => (isOn(one) ? { ...one, state: 'off', lostAt: NOW } : one)),
    acts: [...dispute.acts, { kind: 'reported-lost', used, added: [], removed: [], at: NOW + dispute.acts.length }],
  };
}

const born = (id: string): Secret => ({
  id,
  kind: id.startsWith('password') ? 'password' : id.startsWith('passkey') ? 'passkey' : 'totp',
  state: 'active',
  unsettledUntil: null,
  lostAt: null,
});

const standing = (secrets: readonly Secret[]): Standing => ({
  suspended: false,
  frozen: null,
  restoreCode: null,
  boundToSecondFactor: true,
  credentials: secrets.filter(({ state }) => state !== 'removed'),
  contacts: CONTACTS,
  closed: [],
});

const lives = ({ credentials, contacts }: Standing, id: string): boolean =>
  credentials.some((one) => one.id === id && one.state === 'active') || contacts.some((one) => one.id === id);

function proofsBy(hands: readonly string[]): Proof[] {
  return hands.flatMap((by): Proof[] => {
    if (by === 'email') return [{ kind: 'email-code', at: NOW, by }];
    if (by === 'phone') return [{ kind: 'sms-code', at: NOW, by }];
    if (by === 'phished') return [];
    return [{ kind: born(by).kind, at: NOW, by }];
  });
}

const ids = (things: readonly ({ readonly id: string } | { readonly by: string })[]): string[] =>
  things.map((one) => ('id' in one ? one.id : one.by));
