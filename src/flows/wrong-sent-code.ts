import type { Journey } from '../domain/journey.ts';
import { TRIES_PER_CODE } from '../domain/one-time-code.ts';
import { failedTry } from './count-failure.ts';
import { type Refused, refused } from './outcome.ts';
import type { Account, OneTimeCode, Ports, Visitor } from './ports.ts';

/**
 * A short code that was sent was not right: written down, and told with the tries that are left. `account`: whose it is, where that is
 * known for sure; for a name that nobody has it is the same row, which takes the same time (ATTACKS A11).
 */
export async function wrongSentCode(
  ports: Pick<Ports, 'store'>,
  visitor: Visitor,
  journey: Journey,
  { tries }: Pick<OneTimeCode, 'tries'>,
  method: 'sms-code' | 'email-code',
  account?: Account,
): Promise<Refused<'no-tries-left' | 'wrong-code'>> {
  const accountId = account?.id ?? journey.accountId;
  await ports.store.audit.append(
    {
      kind: failedTry(journey),
      actor: 'user',
      ...(accountId && { accountId }),
      ...(account && { organizationId: account.organizationId }),
      details: { method, journey: journey.id },
    },
    visitor,
  );
  return tries >= TRIES_PER_CODE
    ? refused('no-tries-left')
    : refused('wrong-code', { triesLeft: TRIES_PER_CODE - tries });
}
