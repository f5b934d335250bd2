import type { AdminAct } from '../../domain/administration.ts';
import { type AdminTarget, lackingForConsole, mayAdminister } from '../../domain/role.ts';
import { isAlive } from '../account/act.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts, AdministrationRepositories } from '../ports/administration.ts';
import type { Operator } from '../ports/roles.ts';
import type { Account, Repositories } from '../ports.ts';
import { findAccount } from './find-account.ts';

type Tx = Repositories & AdministrationRepositories;

/**
 * Does `work` on one account in one transaction, under the lock on it. At the command line everything may be done, and `named` is a username, an e-mail
 * address or an id. An operator names an id, and it is decided here once more, with the roles and the session as they are now: a role that was
 * taken away, put to sleep or a session that was ended while the page was open does nothing (`not-allowed`; ATTACKS A24).
 */
export async function onAccount<Done>(
  ports: AdministrationPorts,
  named: string,
  act: AdminAct,
  work: (tx: Tx, account: Account) => Promise<Done>,
): Promise<Done | Refused<'unknown-user' | 'not-allowed'>> {
  const { operator } = ports;
  const found = operator ? await ports.store.accounts.load(named) : await findAccount(ports, named);
  if (!found) return refused('unknown-user');
  return ports.store.transaction(async (tx) => {
    // Roles first, accounts after: everybody takes them in this order.
    const actor = operator && (await standingOperator(ports, tx, operator));
    const account = await tx.accounts.loadForUpdate(found.id);
    if (!account) return refused('unknown-user');
    const target = { organizationId: account.organizationId, account: asTarget(account) };
    if (operator && !allowed(actor, act, target, account.policy)) return refused('not-allowed');
    return work(tx, account);
  });
}

/** The same for what is about an organization, such as a new account in it; null: about the installation. */
export async function inOrganization<Done>(
  ports: AdministrationPorts,
  organizationId: string | null,
  act: AdminAct,
  work: (tx: Tx) => Promise<Done>,
): Promise<Done | Refused<'not-allowed'>> {
  const { operator } = ports;
  return ports.store.transaction(async (tx) => {
    if (operator) {
      const actor = await standingOperator(ports, tx, operator);
      const inForce = organizationId === null ? undefined : await tx.policies.inForce(organizationId);
      if (!allowed(actor, act, { organizationId }, inForce?.policy)) return refused('not-allowed');
    }
    return work(tx);
  });
}

/** The account as somebody whom acts are about. */
export const asTarget = ({ id, roles }: Account) => ({ accountId: id, roles });

function allowed(
  actor: Account | undefined,
  act: AdminAct,
  target: AdminTarget,
  policy: Account['policy'] | undefined,
): boolean {
  const may = policy?.administration.operatorMay ?? [];
  return actor !== undefined && mayAdminister(asTarget(actor), act, target, may).verdict === 'allow';
}

/** The operator with the roles of this moment, which stay until the end of the transaction; undefined: the session is over or no longer enough. */
async function standingOperator(ports: AdministrationPorts, tx: Tx, operator: Operator): Promise<Account | undefined> {
  const roles = await tx.roles.hold(operator.account.id);
  const account = await tx.accounts.load(operator.account.id);
  if (!account || account.suspendedAt !== null || account.frozenAt !== null) return undefined;
  if (lackingForConsole(account.policy.administration.acr, operator.session, ports.now(), 'send')) return undefined;
  return (await isAlive(ports, tx, operator)) ? { ...account, roles } : undefined;
}
