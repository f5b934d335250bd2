import type { Journey } from '../domain/journey.ts';
import { TRIES_PER_CODE } from '../domain/one-time-code.ts';
import { type Refused, refused } from './outcome.ts';
import type { OneTimeCode, Ports, Visitor } from './ports.ts';

/**
 * A short code of an e-mail was not right: written down, and told with the tries that are left. The same row for a name that nobody
 * has: it takes the same time (ATTACKS A11).
 */
export async function wrongMailedCode(
  ports: Pick<Ports, 'store'>,
  visitor: Visitor,
  journey: Journey,
  { tries }: Pick<OneTimeCode, 'tries'>,
): Promise<Refused> {
  await ports.store.audit.append(
    {
      kind: 'recovery.proof-failed',
      actor: 'user',
      ...(journey.accountId && { accountId: journey.accountId }),
      details: { method: 'email-code', journey: journey.id },
    },
    visitor,
  );
  return tries >= TRIES_PER_CODE
    ? refused('no-tries-left')
    : refused('wrong-code', { triesLeft: TRIES_PER_CODE - tries });
}
