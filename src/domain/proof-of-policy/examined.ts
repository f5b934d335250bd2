import { holdersOf } from '../credential.ts';
import type { Policy } from '../policy.ts';
import { countsAs, type ProofKind } from '../proof.ts';
import { expand, isBound } from '../way.ts';
import { type AccountKind, belongingsOf, HOLDINGS, type Holding } from './account-kind.ts';
import { type LockOut, lockOutOf } from './lock-out.ts';
import { type TakeOver, takeOverOf } from './take-over.ts';
import { type Workings, workingsOf } from './workings.ts';

/** One kind of account under one policy. */
export interface ExaminedKind {
  readonly kind: AccountKind;
  /** It holds everything that the policy asks for, with one second factor: nobody is asked to have more. */
  readonly complete: boolean;
  readonly lockOut: LockOut;
  readonly takeOver: TakeOver;
}

/** A policy, worked out for every kind of account that signs in under it, the complete ones first. */
export interface Examined {
  readonly workings: Workings;
  readonly kinds: readonly ExaminedKind[];
}

/** What a kind of account comes to under a policy: losses, thefts, and what a thief needs. */
export function examineKind(workings: Workings, kind: AccountKind): ExaminedKind {
  return {
    kind,
    complete: completeKinds(workings.policy).some((one) => one.holds.join() === kind.holds.join()),
    lockOut: lockOutOf(workings, kind),
    takeOver: takeOverOf(workings, kind),
  };
}

/** Every kind that can be made of these holdings and signs in; what rests is taken as settled. */
export function examine(policy: Policy, holdings: readonly Holding[] = usualHoldings(policy)): Examined {
  const workings = workingsOf(policy);
  const complete = completeKinds(policy).map(({ holds }) => holds.join());
  const kinds = kindsOf(policy, holdings)
    .map((kind) => ({ kind, lockOut: lockOutOf(workings, kind) }))
    .filter(({ lockOut }) => lockOut.whole.back === 'as-before')
    .map(
      ({ kind, lockOut }): ExaminedKind => ({
        kind,
        complete: complete.includes(kind.holds.join()),
        lockOut,
        takeOver: takeOverOf(workings, kind),
      }),
    );
  return { workings, kinds: kinds.toSorted((a, b) => Number(b.complete) - Number(a.complete)) };
}

const PROOF: Readonly<Record<Holding, ProofKind>> = {
  password: 'password',
  totp: 'totp',
  'phone-passkey': 'passkey-uv',
  'computer-passkey': 'passkey-uv',
  'security-key': 'passkey',
  'synced-passkey': 'passkey-uv',
  'unplaced-passkey': 'passkey',
  email: 'email-code',
  phone: 'sms-code',
  'switched-off-phone': 'sms-code',
  'restore-code': 'restore-code',
  'mailed-restore-code': 'restore-code',
};

/** Passkeys of an unknown place and phones that were switched off are the same with a worse outcome, and are left to the lock-out report. */
const UNUSUAL: readonly Holding[] = ['unplaced-passkey', 'switched-off-phone'];

/** What the policy asks for anywhere, hence what tells its accounts apart. */
export function usualHoldings(policy: Policy): readonly Holding[] {
  const asked = new Set(
    Object.values(policy.routes).flatMap((routes) =>
      routes.flatMap((route) => expand(route, policy)).flatMap(({ proofs }) => proofs),
    ),
  );
  const isAsked = (holding: Holding) => [...asked].some((wanted) => countsAs(PROOF[holding], wanted));
  const isMailed = policy.restoreCode.issueBy.includes('email');
  return HOLDINGS.filter((holding) => !UNUSUAL.includes(holding))
    .filter(isAsked)
    .filter((holding) => holding !== 'mailed-restore-code' || isMailed);
}

const FACTORS: readonly Holding[] = ['totp', 'phone-passkey', 'computer-passkey', 'security-key', 'synced-passkey'];

/** The best-equipped accounts that the policy can ask for: one for each thing that may be the second factor. */
export function completeKinds(policy: Policy): readonly AccountKind[] {
  const usual: readonly Holding[] = usualHoldings(policy).filter((holding) => holding !== 'mailed-restore-code');
  const others = usual.filter((holding) => !FACTORS.includes(holding));
  const factors = usual.filter((holding) => FACTORS.includes(holding));
  const sets = factors.length > 0 ? factors.map((factor) => [...others, factor]) : [others];
  return sets.map((set) => ({ holds: HOLDINGS.filter((holding) => set.includes(holding)), bound: true }));
}

function kindsOf(policy: Policy, holdings: readonly Holding[]): AccountKind[] {
  const sets = holdings.reduce<Holding[][]>((all, holding) => [...all, ...all.map((set) => [...set, holding])], [[]]);
  // There is one restore code at most.
  const possible = sets.filter((set) => !(set.includes('restore-code') && set.includes('mailed-restore-code')));
  return possible.flatMap((holds) => {
    const { standing } = belongingsOf({ holds, bound: false });
    return isBound(policy, standing)
      ? [{ holds, bound: true }]
      : [
          { holds, bound: false },
          { holds, bound: true },
        ];
  });
}

/** Whether an account of this kind holds a second factor, or a number that is one. */
export function holdsFactor({ secondFactor }: Policy, kind: AccountKind): boolean {
  const { standing } = belongingsOf(kind);
  return secondFactor.kinds.some((factor) => holdersOf(standing, factor).length > 0);
}
