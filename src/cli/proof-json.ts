import type { Policy } from '../domain/policy.ts';
import type { AccountKind } from '../domain/proof-of-policy/account-kind.ts';
import type { ExaminedKind } from '../domain/proof-of-policy/examined.ts';
import type { Example, Finding } from '../domain/proof-of-policy/findings.ts';
import { errorsIn, type PolicyProof } from '../domain/proof-of-policy/proof-of-policy.ts';
import type { Theft } from '../domain/proof-of-policy/thefts.ts';
import { heardBy, vetoesOn } from '../domain/proof-of-policy/veto.ts';
import type { Chain, Reach } from '../domain/proof-of-policy/workings.ts';
import type { Translate } from '../i18n/translate.ts';

/**
 * The proof of a policy as JSON. `accounts`: both tables, in full, of the complete kinds of account; `kinds`: for each kind that was examined the
 * smallest losses and thefts that matter. Times in seconds.
 */
export function proofJson(t: Translate, policy: Policy, { findings, kinds }: PolicyProof) {
  return {
    policy: policy.name,
    safe: errorsIn(findings).length === 0,
    findings: findings.map((one) => findingJson(t, policy, one)),
    accounts: kinds.filter(({ complete }) => complete).map((one) => accountJson(policy, one)),
    kinds: kinds.map(({ kind, lockOut, takeOver }) => ({
      ...kind,
      needs_operator: lockOut.needsOperator,
      for_good: lockOut.forGood,
      thieves_need: takeOver.smallest.map(({ thefts }) => thefts),
    })),
  };
}

function findingJson(t: Translate, policy: Policy, { name, severity, examples }: Finding) {
  return {
    finding: name,
    severity,
    says: t(`proof:finding.${name}`),
    mend: t(`proof:mend.${name}`),
    shown_by: examples.map((one) => exampleJson(policy, one)),
  };
}

function exampleJson(policy: Policy, example: Example) {
  switch (example.by) {
    case 'theft':
      return { account: example.kind, ...attackJson(policy, example.kind, example.thefts, example.reach) };
    case 'loss':
      return { account: example.kind, lost: example.lost, back: example.outcome.back };
    case 'route':
      return { goal: example.goal, route: example.route };
    case 'setting':
      return {};
  }
}

function accountJson(policy: Policy, { kind, lockOut, takeOver }: ExaminedKind) {
  return {
    ...kind,
    lock_out: lockOut.after.map(({ lost, outcome }) => ({ lost, back: outcome.back, ...chainJson(outcome) })),
    needs_operator: lockOut.needsOperator,
    for_good: lockOut.forGood,
    take_over: takeOver.each.map(({ theft, reach }) => attackJson(policy, kind, [theft], reach)),
    thieves_need: takeOver.smallest.map(({ thefts, reach }) => attackJson(policy, kind, thefts, reach)),
  };
}

function attackJson(policy: Policy, kind: AccountKind, thefts: readonly Theft[], reach: Reach) {
  return {
    stolen: thefts,
    comes_to: reach.level,
    ...chainJson(reach),
    owner_can_veto: vetoesOn(policy, reach),
    owner_hears_by: heardBy(kind, thefts),
  };
}

function chainJson({ moves, waited }: Chain) {
  let before = 0;
  const chain = moves.map((move) => {
    if (move.move === 'journey')
      return {
        goal: move.goal,
        route: move.route,
        proofs: move.proofs.map(({ kind }) => kind),
        ...(move.registered && { registers: move.registered }),
      };
    const seconds = (move.until - before) / 1000;
    before = move.until;
    return { wait: seconds };
  });
  return { chain, waits: waited / 1000 };
}
