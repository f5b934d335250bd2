import { type Refused, refused } from '../outcome.ts';
import type { Account } from '../ports.ts';

/** `not-offered`: the policy has none. `forbidden`: an administrator forbids restoring to this account (SPEC S9). */
export type CodeClosed = 'not-offered' | 'forbidden';

/** Why this account gets no restore code; undefined when it may have one. */
export function unlessOffered({ policy, restoreForbidden }: Account): Refused<CodeClosed> | undefined {
  if (restoreForbidden) return refused('forbidden');
  return policy.restoreCode.offered ? undefined : refused('not-offered');
}
