import { type Refused, refused } from '../outcome.ts';
import type { Ports, Visitor } from '../ports.ts';

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
  ports: Pick<Ports, 'store'>,
  visitor: Visitor,
  { accountId, clientId }: { readonly accountId: string; readonly clientId: string },
): Promise<AccessRemoved | Refused<'no-access'>> {
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(accountId);
    if (!account) return refused('no-access');
    const application = (await tx.applications.of(accountId)).find((known) => known.clientId === clientId);
    if (!application) return refused('no-access');
    await tx.applications.remove(accountId, clientId);
    await tx.audit.append(
      {
        kind: 'access.removed',
        accountId,
        organizationId: account.organizationId,
        actor: 'user',
        details: { client: clientId, name: application.name },
      },
      visitor,
    );
    return { outcome: 'removed', name: application.name };
  });
}
