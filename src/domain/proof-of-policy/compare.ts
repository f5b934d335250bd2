import type { Policy } from '../policy.ts';
import { type AccountKind, nameOfKind } from './account-kind.ts';
import { completeKinds } from './examined.ts';
import type { Example, Finding } from './findings.ts';
import { BACKS, type Back, type LossSet, lockOutOf, outcomeOf } from './lock-out.ts';
import type { PolicyProof } from './proof-of-policy.ts';
import { reachWith, takeOverOf } from './take-over.ts';
import type { Theft } from './thefts.ts';
import type { Reach, Workings } from './workings.ts';

/** Thefts that suffice to take an account over under one of two policies and not under the other, with the kinds of account for which that holds. */
export interface TheftChange {
  readonly thefts: readonly Theft[];
  readonly kinds: readonly AccountKind[];
  /** The way, under the policy under which they suffice; for the first of the kinds. */
  readonly reach: Reach;
}

/** A single loss after which an owner fares otherwise under the second of two policies. */
export interface LossChange {
  readonly lost: LossSet;
  readonly before: Back;
  readonly after: Back;
  readonly kinds: readonly AccountKind[];
}

/** What another policy changes for the best-equipped accounts that either policy asks for. */
export interface Comparison {
  readonly nowSuffices: readonly TheftChange[];
  readonly noLongerSuffices: readonly TheftChange[];
  /** Worse first. */
  readonly losses: readonly LossChange[];
}

export function compare(before: Workings, after: Workings): Comparison {
  const kinds = kindsOf(before.policy, after.policy);
  return {
    nowSuffices: moreThan(before, after, kinds),
    noLongerSuffices: moreThan(after, before, kinds),
    losses: lossesOf(before, after, kinds),
  };
}

function kindsOf(...policies: readonly Policy[]): readonly AccountKind[] {
  const all = policies.flatMap((policy) => completeKinds(policy)).map((kind) => [nameOfKind(kind), kind] as const);
  return [...new Map(all).values()];
}

/** What suffices under `more` and does not, not even in part, under `less`. */
function moreThan(less: Workings, more: Workings, kinds: readonly AccountKind[]): TheftChange[] {
  const found = new Map<string, TheftChange>();
  for (const kind of kinds) {
    const enough = takeOverOf(less, kind).smallest;
    for (const { thefts, reach } of takeOverOf(more, kind).smallest) {
      if (enough.some((one) => one.thefts.every((theft) => thefts.includes(theft)))) continue;
      const known = found.get(thefts.join());
      found.set(thefts.join(), { thefts, reach: known?.reach ?? reach, kinds: [...(known?.kinds ?? []), kind] });
    }
  }
  return [...found.values()].toSorted((a, b) => a.thefts.length - b.thefts.length);
}

function lossesOf(before: Workings, after: Workings, kinds: readonly AccountKind[]): LossChange[] {
  const found = new Map<string, LossChange>();
  for (const kind of kinds) {
    const was = lockOutOf(before, kind).after;
    for (const { lost, outcome } of lockOutOf(after, kind).after) {
      const back = was.find((one) => one.lost.join() === lost.join())?.outcome.back;
      if (lost.length > 1 || back === undefined || back === outcome.back) continue;
      const key = [lost.join(), back, outcome.back].join();
      const kindsBefore = found.get(key)?.kinds ?? [];
      found.set(key, { lost, before: back, after: outcome.back, kinds: [...kindsBefore, kind] });
    }
  }
  const worse = ({ before: was, after: is }: LossChange) => BACKS.indexOf(is) - BACKS.indexOf(was);
  return [...found.values()].toSorted((a, b) => worse(b) - worse(a));
}

type Proven = Pick<PolicyProof, 'workings' | 'findings'>;

/**
 * Findings that the first proof has and the second has not, as far as what shows them is no longer so: one that is only told by a graver one now is
 * not among them.
 */
export function findingsGone(before: Proven, after: Proven): readonly Finding[] {
  return before.findings
    .filter(({ name }) => !after.findings.some((other) => other.name === name))
    .filter(({ examples }) => !examples.some((example) => isSo(after.workings, example)));
}

function isSo(workings: Workings, example: Example): boolean {
  if (example.by === 'theft') return reachWith(workings, example.kind, example.thefts).level === example.reach.level;
  if (example.by === 'loss')
    return outcomeOf(lockOutOf(workings, example.kind), example.lost)?.back === example.outcome.back;
  return false;
}
