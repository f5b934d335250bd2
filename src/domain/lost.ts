import { factorsOf, type Standing } from './credential.ts';
import type { SecondFactorKind } from './policy.ts';

/** The credentials and phones that are switched off where the second factors of these kinds are reported lost: what still signs in. */
export function lostWith(standing: Standing, kinds: readonly SecondFactorKind[]): readonly string[] {
  return kinds.flatMap((kind) => factorsOf(standing, kind).map(({ id }) => id));
}

/**
 * The account once these are switched off, for saying beforehand what is left. It stays bound to a second factor: a loss opens no shorter
 * way (SPEC "Rules").
 */
export function withoutLost(standing: Standing, ids: readonly string[]): Standing {
  return {
    ...standing,
    boundToSecondFactor: true,
    credentials: standing.credentials.map((held) =>
      ids.includes(held.id) && held.state === 'active' ? { ...held, state: 'off' } : held,
    ),
    contacts: standing.contacts.map((held) => (ids.includes(held.id) ? { ...held, off: true } : held)),
  };
}
