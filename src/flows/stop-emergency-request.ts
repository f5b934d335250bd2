import { DELAYS } from '../domain/back-off.ts';
import { type Refused, refused } from './outcome.ts';
import type { Crypto, EmergencyRequest, Ports, Visitor } from './ports.ts';

/** The state of a request, to whoever has its address; one that nobody asked for is not found. */
export async function stateOfRequest(
  ports: Pick<Ports, 'store' | 'crypto' | 'now'>,
  token: string,
): Promise<Pick<EmergencyRequest, 'state' | 'answer' | 'createdAt' | 'expiresAt'> | undefined> {
  const found = await ports.store.emergencyRequests.byToken(ports.crypto.hashToken(token));
  if (!found) return undefined;
  const { answer, createdAt, expiresAt } = found;
  const state = found.state === 'open' && expiresAt <= ports.now() ? 'aged' : found.state;
  return { state, answer, createdAt, expiresAt };
}

/** Whether the link that stops a request still has something to stop. Reads only. */
export async function isStoppable(ports: Pick<Ports, 'store' | 'crypto' | 'now'>, token: string): Promise<boolean> {
  const found = await ports.store.emergencyRequests.byStop(ports.crypto.hashToken(token));
  return found !== undefined && isOpen(found, ports.now());
}

/**
 * The two digits of the message, which are typed beside its link: a mail scanner that presses buttons must not stop what its owner asked for
 * (ATTACKS A9, A36). Made of the request, so that they are nowhere but in the message.
 */
export function stopDigits({ hashCode }: Pick<Crypto, 'hashCode'>, id: string): string {
  return String(hashCode('emergency-request-stop', id, '').readUInt32BE() % 100).padStart(2, '0');
}

/**
 * "I did not ask": whoever reads the messages of the account stops the request, by the link and the digits of one. It takes away and gives
 * nothing; an owner whose mailbox a thief reads goes to the help desk in person. `over`: there is nothing to stop (any more).
 */
export async function stopRequest(
  ports: Ports,
  visitor: Visitor,
  { token, digits }: { readonly token: string; readonly digits: string },
): Promise<{ readonly outcome: 'stopped' } | Refused<'over' | 'not-two-digits' | 'wrong-digits' | 'slow-down'>> {
  const found = await ports.store.emergencyRequests.byStop(ports.crypto.hashToken(token));
  const { accountId } = found ?? { accountId: null };
  if (!found || accountId === null || !isOpen(found, ports.now())) return refused('over');
  const typed = digits.trim();
  if (!/^\d{2}$/.test(typed)) return refused('not-two-digits');
  const key = `emergency-request-stop:${found.id}`;
  const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
  if (!counted.allowed) return refused('slow-down', { until: counted.until });
  if (!ports.crypto.equal(Buffer.from(stopDigits(ports.crypto, found.id)), Buffer.from(typed)))
    return refused('wrong-digits');
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(accountId);
    if (!account || !(await tx.emergencyRequests.decide(found.id, 'stopped', ports.now()))) return refused('over');
    await tx.audit.append(
      {
        kind: 'emergency-request.stopped',
        accountId,
        organizationId: account.organizationId,
        actor: 'user',
        details: { request: found.id },
      },
      visitor,
    );
    return { outcome: 'stopped' };
  });
}

const isOpen = ({ state, expiresAt }: EmergencyRequest, now: number): boolean => state === 'open' && expiresAt > now;
