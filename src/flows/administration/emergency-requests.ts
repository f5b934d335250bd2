import { inOneLine, toEverybody } from '../ask-for-emergency-code.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { onAccount } from './on-account.ts';
import { record } from './record.ts';

const LONGEST_ANSWER = 300;
const SENT_WITHIN_MS = 86_400_000;

type RequestRefusal = 'unknown-user' | 'not-allowed' | 'decided' | 'no-reason';

export interface Claim {
  /** False: the operator looks after it no more. */
  readonly claimed: boolean;
  /** Who looked after it when the operator saw it (an account's id); null: nobody. */
  readonly inPlaceOf: string | null;
}

/**
 * An operator looks after a request (or does no more): others see who does. It keeps nobody from deciding. Of two who claim it at once one does,
 * and the other learns who (`taken`): nobody is put out of it unseen.
 */
export async function claimRequest(
  ports: AdministrationPorts,
  id: string,
  { claimed, inPlaceOf }: Claim,
): Promise<{ readonly outcome: 'claimed' } | Refused<RequestRefusal | 'taken'>> {
  const found = await ports.store.emergencyRequests.find(id);
  if (!found) return refused('unknown-user');
  return onAccount(
    ports,
    found.accountId,
    'issue-emergency-code',
    async (tx, account): Promise<{ readonly outcome: 'claimed' } | Refused<'decided' | 'taken'>> => {
      const now = ports.now();
      const own = ports.operator?.account ?? null;
      if (!(await tx.emergencyRequests.claim(id, claimed ? own : null, claimed ? inPlaceOf : (own?.id ?? null), now))) {
        const held = await tx.emergencyRequests.find(id);
        return refused(held?.state === 'open' && held.expiresAt > now ? 'taken' : 'decided');
      }
      await record(ports, tx, {
        kind: 'emergency-request.claimed',
        accountId: account.id,
        organizationId: account.organizationId,
        details: { request: id, claimed },
      });
      return { outcome: 'claimed' };
    },
  );
}

/**
 * No code for this request. `answer` is read by whoever asked, on the page of the request, and by the owner in a message to every address;
 * which operator it was is not told. Approving one is issuing a code (`issueEmergencyCode`, `approveEmergencyCode`): it answers all that are open.
 */
export async function refuseRequest(
  ports: AdministrationPorts,
  id: string,
  answer: string,
): Promise<{ readonly outcome: 'answered' } | Refused<RequestRefusal>> {
  const told = inOneLine(answer, LONGEST_ANSWER);
  if (told === '') return refused('no-reason');
  const found = await ports.store.emergencyRequests.find(id);
  if (!found) return refused('unknown-user');
  return onAccount(
    ports,
    found.accountId,
    'issue-emergency-code',
    async (tx, account): Promise<{ readonly outcome: 'answered' } | Refused<'decided'>> => {
      const now = ports.now();
      if (!(await tx.emergencyRequests.decide(id, 'refused', now, told))) return refused('decided');
      const circumstances = { at: now, ip: '', userAgent: '' };
      const content = { template: 'emergency-request-refused', answer: told, circumstances } as const;
      for (const message of toEverybody(account, now, now + SENT_WITHIN_MS, content)) await tx.outbox.send(message);
      await record(ports, tx, {
        kind: 'emergency-request.refused',
        accountId: account.id,
        organizationId: account.organizationId,
        details: { request: id, answer: told },
      });
      return { outcome: 'answered' };
    },
  );
}
