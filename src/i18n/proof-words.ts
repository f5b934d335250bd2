import type { ThingKind } from '../domain/losses.ts';
import type { Policy } from '../domain/policy.ts';
import type { AccountKind } from '../domain/proof-of-policy/account-kind.ts';
import type { Example } from '../domain/proof-of-policy/findings.ts';
import type { Theft } from '../domain/proof-of-policy/thefts.ts';
import { heardBy, vetoesOn } from '../domain/proof-of-policy/veto.ts';
import type { Chain, Reach } from '../domain/proof-of-policy/workings.ts';
import type { Move } from '../domain/state.ts';
import type { Translate } from './translate.ts';

const AND = ' + ';

/** What the proof of a policy says, in words: for the command line and for pages. `t`: the texts in one language. */
export function accountInWords(t: Translate, { holds, bound }: AccountKind): string {
  if (holds.length === 0) return t(bound ? 'proof:account_empty_bound' : 'proof:account_empty');
  const things = holds.map((holding) => t(`proof:holding.${holding}`)).join(', ');
  const factors = holds.some((one) => one === 'totp' || one === 'security-key' || one.endsWith('passkey'));
  return t(bound && !factors ? 'proof:account_bound' : 'proof:account', { things });
}

export function lossesInWords(t: Translate, lost: readonly ThingKind[]): string {
  return lost.map((one) => t(`proof:loss.${one}`)).join(AND);
}

export function theftsInWords(t: Translate, thefts: readonly Theft[]): string {
  return thefts.map((one) => t(`proof:theft.${one}`)).join(AND);
}

/** "reset the password (code by e-mail + authenticator app); then sign in (…)". */
export function chainInWords(t: Translate, chain: Chain): string {
  const words = stepsInWords(t, chain);
  if (words.length === 0) return t('proof:chain_none');
  return words.reduce((before, after) => t('proof:then', { before, after }));
}

/** One journey or one wait in each. */
export function stepsInWords(t: Translate, { moves }: Chain): readonly string[] {
  let waited = 0;
  return moves.map((move) => {
    if (move.move === 'journey') return journeyInWords(t, move);
    const time = timeInWords(t, (move.until - waited) / 1000);
    waited = move.until;
    return t('proof:wait', { time });
  });
}

function journeyInWords(t: Translate, { goal, proofs, registered }: Extract<Move, { move: 'journey' }>): string {
  const values = {
    goal: t(`proof:goal.${goal}`),
    proofs: proofs.map(({ kind }) => t(`proof:proof.${kind}`)).join(AND),
  };
  if (!registered) return t('proof:journey', values);
  return t('proof:journey_registering', { ...values, registered: t(`proof:registered.${registered}`) });
}

/** Every time within which the owner can stop this thief, and by what they hear of it. */
export function vetoesInWords(
  t: Translate,
  policy: Policy,
  kind: AccountKind,
  thefts: readonly Theft[],
  reach: Reach,
): string {
  const times = vetoTimesInWords(t, policy, reach);
  if (times.length === 0) return t('proof:no_veto');
  return t('proof:veto', { times: times.join(', '), channels: channelsInWords(t, kind, thefts) });
}

/** The times alone, in the order in which they begin. */
export function vetoTimesInWords(t: Translate, policy: Policy, reach: Reach): readonly string[] {
  return vetoesOn(policy, reach).map(({ why, seconds }) => t(`proof:veto.${why}`, { time: timeInWords(t, seconds) }));
}

/** By what the owner still hears of it. */
export function channelsInWords(t: Translate, kind: AccountKind, thefts: readonly Theft[]): string {
  return (
    heardBy(kind, thefts)
      .map((one) => t(`proof:holding.${one}`))
      .join(', ') || t('proof:channels_none')
  );
}

/** What shows a finding. */
export function exampleInWords(t: Translate, example: Example): string {
  switch (example.by) {
    case 'theft':
      return t('proof:shown_theft', {
        account: accountInWords(t, example.kind),
        thefts: theftsInWords(t, example.thefts),
        chain: chainInWords(t, example.reach),
      });
    case 'loss':
      return t('proof:shown_loss', {
        account: accountInWords(t, example.kind),
        lost: lossesInWords(t, example.lost),
        back: t(`proof:back.${example.outcome.back}`),
      });
    case 'route':
      return t('proof:shown_route', { route: example.route, goal: example.goal });
    case 'setting':
      return t('proof:shown_setting');
  }
}

function timeInWords(t: Translate, seconds: number): string {
  return seconds % 86_400 === 0
    ? t('proof:days', { count: seconds / 86_400 })
    : t('proof:hours', { count: Math.ceil(seconds / 3_600) });
}
