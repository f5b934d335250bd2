import { type Act, beforeContest } from '../../src/domain/contest.ts';
import type { HeldContact, HeldCredential, Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import type { NoticeKind } from '../../src/domain/notice.ts';
import type { Goal, Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Proof, ProofKind } from '../../src/domain/proof.ts';
import { email, NOW, phone } from './account.ts';

/** An account that an owner and a thief quarrel over, played with what `decide` lets each of them do. */
type Secret = HeldCredential & { readonly lostAt: number | null };
type Whose = 'owner' | 'thief';

export interface Dispute {
  readonly secrets: readonly Secret[];
  readonly acts: readonly Act[];
  /** Ids of what each of them can prove, dead or alive. */
  readonly hands: Readonly<Record<Whose, readonly string[]>>;
}

/** What thieves hold at the beginning: never an app or a passkey of the owner's; `phished`: codes of the app, for sessions. */
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

/** A deed: what it reaches by `decide`, by which proofs; which kind of thing it adds; what it removes, and what it switches off as lost. */
interface Doing {
  readonly kind: NoticeKind;
  readonly goal: Goal | null;
  readonly by: readonly ProofKind[];
  readonly adds?: 'password' | 'totp' | 'passkey';
  readonly removes?: (one: Secret, used: readonly string[]) => boolean;
  readonly loses?: true;
}
const FULL: readonly ProofKind[] = ['password', 'totp', 'passkey'];
const isFactor = ({ kind }: Secret) => kind !== 'password';
const isPassword = ({ kind }: Secret) => kind === 'password';
const DEEDS = {
  'sign-in': { kind: 'new-browser', goal: 'sign-in', by: FULL },
  'change-password': {
    kind: 'password-changed',
    goal: 'sign-in',
    by: FULL,
    adds: 'password',
    removes: isPassword,
  },
  'add-passkey': { kind: 'second-factor-added', goal: 'sign-in', by: FULL, adds: 'passkey' },
  'remove-factors': {
    kind: 'second-factor-removed',
    goal: 'sign-in',
    by: FULL,
    removes: (one, used) => isFactor(one) && !used.includes(one.id),
  },
  'reset-factor': {
    kind: 'second-factor-replaced',
    goal: 'reset-second-factor',
    by: ['email-code', 'password', 'sms-code'],
    adds: 'totp',
    removes: isFactor,
  },
  'reset-password': {
    kind: 'password-reset',
    goal: 'reset-password',
    by: ['email-code', 'totp', 'passkey'],
    adds: 'password',
    removes: isPassword,
  },
  'report-lost': { kind: 'reported-lost', goal: null, by: ['password'], loses: true },
} as const satisfies Record<string, Doing>;
export type Deed = keyof typeof DEEDS;
export const ALL_DEEDS = Object.keys(DEEDS).filter((name): name is Deed => name in DEEDS);

export function play(
  owner: readonly string[],
  thief: readonly string[],
  done: readonly { readonly by: Whose; readonly deed: Deed }[],
): Dispute {
  const start: Dispute = {
    secrets: owner.filter((id) => id !== 'email' && id !== 'phone').map((id) => born(id)),
    acts: [],
    hands: { owner, thief: thief.filter((id) => id === 'phished' || owner.includes(id)) },
  };
  return done.reduce((dispute, { by, deed }, at) => after(dispute, by, DEEDS[deed], at), start);
}

/** The account frozen by the contest of the acts at these places in their order; undefined when none is there. */
export function contested({ secrets, acts }: Dispute, which: readonly number[]): Standing | undefined {
  const all = acts.map((act, at) => ({ ...act, contested: which.includes(at) }));
  if (!all.some((act) => act.contested)) return undefined;
  const held = { credentials: secrets, contacts: CONTACTS, formerContacts: [], bound: true };
  const found = beforeContest<Secret, HeldContact>(held, all);
  const used = found.contested.flatMap((act) => act.used);
  return {
    ...standing(found.credentials),
    frozen: { used, byAuthenticator: found.contested.some((act) => act.byAuthenticator) },
  };
}

/** Whether whoever can prove all these walks the way back. */
export function reaches(policy: Policy, frozen: Standing, hands: readonly string[]): boolean {
  return decide(policy, frozen, { goal: 'lift-freeze' }, proofsBy(hands), NOW).verdict === 'allow';
}

/** The dispute after a deed; unchanged where `decide` does not let them. */
function after(dispute: Dispute, by: Whose, doing: Doing, at: number): Dispute {
  const now = standing(dispute.secrets);
  const inSession = doing.goal === 'sign-in';
  const hands = dispute.hands[by].map((one) => (one === 'phished' && inSession ? 'totp' : one));
  const proofs = proofsBy(hands).filter((one) => doing.by.includes(one.kind) && lives(now, one.by));
  const allowed = doing.goal ? decide(TRUSTID, now, { goal: doing.goal }, proofs, NOW).verdict === 'allow' : true;
  const used = proofs.map((one) => one.by);
  if (!allowed || used.length === 0) return dispute;

  const added = doing.adds ? [`${doing.adds}-${by}-${at}`] : [];
  const isRemoved = (one: Secret) => one.state !== 'removed' && doing.removes?.(one, used) === true;
  const changed = dispute.secrets.map((one): Secret => {
    if (isRemoved(one)) return { ...one, state: 'removed', lostAt: one.state === 'active' ? one.lostAt : NOW };
    if (doing.loses && isFactor(one) && one.state === 'active') return { ...one, state: 'off', lostAt: NOW };
    // A full sign-in settles what it used.
    return inSession && used.includes(one.id) ? { ...one, unsettledUntil: null } : one;
  });
  const removed = dispute.secrets.filter(isRemoved).map(({ id }) => id);
  return {
    secrets: [...changed, ...added.map((id) => ({ ...born(id), unsettledUntil: inSession ? null : NOW + 1 }))],
    acts: [...dispute.acts, { kind: doing.kind, used, added, removed, at: NOW + dispute.acts.length }],
    hands: { ...dispute.hands, [by]: [...dispute.hands[by], ...added] },
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
  emergencyCode: null,
  boundToSecondFactor: true,
  credentials: secrets.filter(({ state }) => state !== 'removed'),
  contacts: CONTACTS,
  closed: [],
});

const lives = ({ credentials, contacts }: Standing, id: string): boolean =>
  credentials.some((one) => one.id === id && one.state === 'active') || contacts.some((one) => one.id === id);

function proofsBy(hands: readonly string[]): Proof[] {
  return hands.filter((by) => by !== 'phished').map((by) => ({ kind: kindOf(by), at: NOW, by }));
}

function kindOf(by: string): ProofKind {
  if (by === 'email') return 'email-code';
  return by === 'phone' ? 'sms-code' : born(by).kind;
}
