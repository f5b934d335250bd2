import type { Acr } from './assurance.ts';
import type { Standing } from './credential.ts';
import type { Goal } from './policy.ts';
import type { Proof } from './proof.ts';

/** A proof that somebody could give: of which kind, by which credential or contact point of the account. */
export type Evidence = Pick<Proof, 'kind' | 'by'>;

/** What somebody can register when a second factor is owed. Whoever has a passkey with user verification brings `passkey-uv`. */
export type Registrable = 'totp' | 'passkey' | 'passkey-uv';

/**
 * Somebody before the account: the owner after a loss, a thief after a theft. `hands`: the proofs that they can give; `session`: the
 * class of the best session that they have opened by signing in, or `recovered` for the one that a recovery leaves behind (class 1
 * whatever was proven, DESIGN rule 7). Times in milliseconds.
 */
export interface State {
  readonly standing: Standing;
  readonly hands: readonly Evidence[];
  readonly session: Acr | 'recovered' | null;
  readonly now: number;
}

/** One journey walked to its end, or time gone by. */
export type Move =
  | {
      readonly move: 'journey';
      readonly goal: Goal;
      readonly route: string;
      /** In the order in which they were asked for. */
      readonly proofs: readonly Evidence[];
      /** The second factor that was registered at its end. */
      readonly registered?: Registrable;
    }
  | { readonly move: 'wait'; readonly until: number };
export type Journeyed = Extract<Move, { move: 'journey' }>;

/** An emergency code carries what it may reach. */
export function asProof({ emergencyCode }: Standing, evidence: Evidence, at: number): Proof {
  if (evidence.kind !== 'emergency-code' || !emergencyCode) return { ...evidence, at };
  const { highestAcr, madeBy } = emergencyCode;
  return { ...evidence, at, highestAcr, madeBy };
}

/** A proof without its circumstances. */
export function bare({ kind, by }: Proof): Evidence {
  return { kind, by };
}
