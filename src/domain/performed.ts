import { type Acr, assurance, satisfies } from './assurance.ts';
import type { HeldCredential } from './credential.ts';
import type { Policy } from './policy.ts';
import { asProof, type Evidence, type Registrable, type State } from './state.ts';
import type { Effect } from './verdict.ts';

/** What completing a journey makes of the account and of the hands, as the flows do it. */
export function performed(
  policy: Policy,
  state: State,
  effects: readonly Effect[],
  proofs: readonly Evidence[],
  registered: Registrable | undefined,
): State {
  const rests = state.now + policy.lifetimes.settling * 1000;
  const { acr } = assurance(proofs.map((proof) => asProof(state.standing, proof, state.now)));
  let after = state;
  if (effects.includes('end-sessions')) after = withoutEmergencyCode({ ...after, session: null });
  if (effects.includes('open-recovered-session')) after = { ...after, session: 'recovered' };
  if (effects.includes('open-session')) after = settled(withSession(after, acr), acr, proofs);
  if (effects.includes('undo-contested')) after = { ...after, standing: { ...after.standing, frozen: null } };
  if (effects.includes('set-password')) after = replaced(after, ['password'], 'password', rests);
  if (effects.includes('replace-second-factors') && registered)
    after = bound(replaced(after, ['totp', 'passkey'], registered, rests));
  if (effects.includes('add-second-factor') && registered) after = bound(replaced(after, [], registered, rests));
  if (effects.includes('open-repair-window'))
    after = spentEmergencyCode(policy, registered ? bound(replaced(after, [], registered, rests)) : after);
  if (effects.includes('issue-emergency-code')) after = withEmergencyCode(policy, after);
  if (effects.includes('spend-restore-code')) after = withNextCode(policy, after, rests);
  if (effects.includes('enrol-first-second-factor') && registered) after = bound(replaced(after, [], registered, null));
  return after;
}

function withSession(state: State, acr: Acr): State {
  const { session } = state;
  return session && session !== 'recovered' && satisfies(session, acr) ? state : { ...state, session: acr };
}

/** A full two-factor sign-in settles what it used (SPEC T10); an emergency code is no second factor of the owner's own. */
function settled(state: State, acr: Acr, used: readonly Evidence[]): State {
  if (acr === 'urn:regain:acr:1' || used.some(({ kind }) => kind === 'emergency-code')) return state;
  const credentials = state.standing.credentials.map((held) =>
    used.some((proof) => proof.by === held.id) ? { ...held, unsettledUntil: null } : held,
  );
  return { ...state, standing: { ...state.standing, credentials } };
}

/** `brought` in, on the account and in hand; everything of the kinds `old` out. */
function replaced(
  { standing, hands, ...rest }: State,
  old: readonly HeldCredential['kind'][],
  brought: 'password' | Registrable,
  unsettledUntil: number | null,
): State {
  const kind = brought === 'passkey-uv' ? 'passkey' : brought;
  const id = `new-${kind}`;
  // What was brought before and is brought again tells no two states apart.
  const gone = standing.credentials.filter((held) => old.includes(held.kind) || held.id === id).map((held) => held.id);
  const credentials = standing.credentials.filter((held) => !gone.includes(held.id));
  return {
    standing: { ...standing, credentials: [...credentials, { id, kind, state: 'active', unsettledUntil }] },
    hands: [...hands.filter((held) => !gone.includes(held.by)), { kind: brought, by: id }],
    ...rest,
  };
}

/** The restore code was used: it is nothing any more, and where the policy offers codes the next one was shown, and rests (SPEC S3, T10). */
function withNextCode(policy: Policy, { standing, hands, ...rest }: State, unsettledUntil: number): State {
  const left = hands.filter(({ kind }) => kind !== 'restore-code');
  if (!policy.restoreCode.offered) return { standing: { ...standing, restoreCode: null }, hands: left, ...rest };
  const restoreCode = { id: 'new-restore-code', byEmail: false, unsettledUntil };
  return {
    standing: { ...standing, restoreCode },
    hands: [...left, { kind: 'restore-code', by: restoreCode.id }],
    ...rest,
  };
}

/** A code of the owner's own making, in place of the one before. */
function withEmergencyCode(policy: Policy, { standing, hands, ...rest }: State): State {
  const emergencyCode = { id: 'new-emergency-code', highestAcr: policy.emergencyCode.acr, madeBy: 'owner' } as const;
  return {
    standing: { ...standing, emergencyCode },
    hands: [...hands.filter(({ kind }) => kind !== 'emergency-code'), { kind: 'emergency-code', by: emergencyCode.id }],
    ...rest,
  };
}

function spentEmergencyCode(policy: Policy, state: State): State {
  return policy.emergencyCode.uses > 1 ? state : withoutEmergencyCode(state);
}

function withoutEmergencyCode({ standing, hands, ...rest }: State): State {
  const left = hands.filter(({ kind }) => kind !== 'emergency-code');
  return { standing: { ...standing, emergencyCode: null }, hands: left, ...rest };
}

function bound(state: State): State {
  return { ...state, standing: { ...state.standing, boundToSecondFactor: true } };
}
