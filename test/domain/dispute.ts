import { type Act, beforeContest } from '../../src/domain/contest.ts';
import type { HeldContact, HeldCredential, Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import { isOfRecovery, isSwitchingOff, type NoticeKind } from '../../src/domain/notice.ts';
import type { Goal, Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Proof, ProofKind } from '../../src/domain/proof.ts';
import { email, NOW, phone } from './account.ts';

/** An account that an owner and a thief quarrel over, played with what `decide` lets each of them do. */
type Secret = HeldCredential & { readonly lostAt: number | null; readonly removedFrom?: HeldCredential['state'] };
type Whose = 'owner' | 'thief';

export interface Dispute {
  readonly secrets: readonly Secret[];
  readonly acts: readonly (Act & { readonly by: Whose })[];
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
/** Thieves of the unlocked phone: its mailbox, its app and its SIM. They never knew the password. */
export const PHONE_THIEVES: readonly (readonly string[])[] = [
  ['email', 'totp', 'phone'],
  ['email', 'totp'],
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

/**
 * A deed: what it reaches by `decide`, by which proofs; which kind of thing it adds; what it removes, and what it switches off as lost, for now,
 * or blocks; or on again.
 */
interface Doing {
  readonly kind: NoticeKind;
  readonly goal: Goal | null;
  readonly by: readonly ProofKind[];
  readonly adds?: 'password' | 'totp' | 'passkey';
  readonly removes?: (one: Secret, used: readonly string[]) => boolean;
  readonly loses?: true;
  readonly switches?: 'off' | 'blocked' | 'on';
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
  'switch-off': { kind: 'device-switched-off', goal: 'sign-in', by: FULL, switches: 'off' },
  block: { kind: 'device-blocked', goal: 'sign-in', by: FULL, switches: 'blocked' },
  'switch-on': { kind: 'device-switched-on', goal: 'sign-in', by: FULL, switches: 'on' },
} as const satisfies Record<string, Doing>;
export type Deed = keyof typeof DEEDS;
export const ALL_DEEDS = Object.keys(DEEDS).filter((name): name is Deed => name in DEEDS);

/** `held`: what the account has, where the owner has lost some of it. */
export function play(
  owner: readonly string[],
  thief: readonly string[],
  done: readonly { readonly by: Whose; readonly deed: Deed }[],
  held = owner,
): Dispute {
  const start: Dispute = {
    secrets: held.filter((id) => id !== 'email' && id !== 'phone').map((id) => born(id)),
    acts: [],
    hands: { owner, thief: thief.filter((id) => id === 'phished' || held.includes(id)) },
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

/** The same account, had it been final wherever the owner switched something off or blocked it, and nobody switched it on since. */
export function asIfFinal({ secrets, acts }: Dispute, frozen: Standing): Standing {
  const isOwners = (id: string) =>
    acts.findLast((act) => isSwitchingOff(act.kind) && act.removed.includes(id))?.by === 'owner';
  const final = secrets.filter(({ id, state }) => state !== 'active' && isOwners(id)).map(({ id }) => id);
  const credentials = frozen.credentials.map((one) =>
    final.includes(one.id) ? { ...one, state: 'off' as const } : one,
  );
  return { ...frozen, credentials };
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

  const made = doing.adds ? [`${doing.adds}-${by}-${at}`] : [];
  const isRemoved = (one: Secret) => one.state !== 'removed' && doing.removes?.(one, used) === true;
  const isSwitched = (one: Secret) =>
    doing.switches !== undefined &&
    isFactor(one) &&
    one.state === (doing.switches === 'on' ? 'off' : 'active') &&
    !used.includes(one.id);
  const changed = dispute.secrets.map((one): Secret => {
    if (isRemoved(one)) return { ...one, state: 'removed', removedFrom: one.state };
    if (isSwitched(one)) return { ...one, state: doing.switches === 'on' ? 'active' : (doing.switches ?? one.state) };
    if (doing.loses && isFactor(one) && one.state === 'active') return { ...one, state: 'off', lostAt: NOW };
    // A full sign-in settles what it used.
    return inSession && used.includes(one.id) ? { ...one, unsettledUntil: null } : one;
  });
  const switched = dispute.secrets.filter(isSwitched).map(({ id }) => id);
  // A block is final, but for the cooling period after a recovery.
  const cools = dispute.acts.some(({ kind }) => isOfRecovery(kind));
  const taken = doing.switches === 'off' || (doing.switches === 'blocked' && cools) ? switched : [];
  const removed = [...dispute.secrets.filter(isRemoved).map(({ id }) => id), ...taken];
  const added = doing.switches === 'on' ? switched : made;
  return {
    secrets: [...changed, ...made.map((id) => ({ ...born(id), unsettledUntil: inSession ? null : NOW + 1 }))],
    acts: [...dispute.acts, { by, kind: doing.kind, used, added, removed, at: NOW + dispute.acts.length }],
    hands: { ...dispute.hands, [by]: [...dispute.hands[by], ...made] },
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
