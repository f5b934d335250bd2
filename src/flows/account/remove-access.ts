import { type Refused, refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';

export interface AccessRemoved {
  readonly outcome: 'removed';
  /** The application's name; its id where it is gone. */
  readonly name: string;
}

/**
 * Takes an application's access away: its grants, codes and tokens end with the commit, it is told by back-channel logout, and the next
 * time it asks, the person is asked (ASVS 10.4.9, 10.7.3). It only takes away, so the session is enough, and it never waits. The person
 * stays signed in at Regain. Refused as `no-access` where there is none: removed already, here or in another browser.
 */
export async function removeAccess(
  ports: Pick<Ports, 'store' | 'closed' | 'crypto' | 'now'>,
  owner: Owner,
  clientId: string,
): Promise<AccessRemoved | NotAllowed | Refused<'no-access'>> {
  return inAct(ports, owner, 'take-away', async (tx, { account }) => {
    const application = (await tx.applications.of(account.id)).find((known) => known.clientId === clientId);
    if (!application) return refused('no-access');
    const { name } = application;
    await tx.applications.remove(account.id, clientId);
    await tx.audit.append(
      {
        kind: 'access.removed',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { client: clientId, name },
      },
      owner.visitor,
    );
    return { outcome: 'removed', name };
  });
}
