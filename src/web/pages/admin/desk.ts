import type { AdminAct } from '../../../domain/administration.ts';
import { mayAdminister } from '../../../domain/role.ts';
import { asTarget } from '../../../flows/administration/on-account.ts';
import type { AdministrationPorts } from '../../../flows/ports/administration.ts';
import type { Operator } from '../../../flows/ports/roles.ts';
import type { Account } from '../../../flows/ports.ts';
import type { PageContext } from '../../frame/page.ts';

/** What a page of the operators' console works with: the request, who is signed in, and the flows in their name. */
export interface Desk {
  readonly ctx: PageContext;
  readonly operator: Operator;
  readonly ports: AdministrationPorts;
}

/** Whether the operator may do this in an organization where the act is not about somebody, and not an operator's to begin with. */
export function mayIn({ operator }: Pick<Desk, 'operator'>, act: AdminAct, organizationId: string): boolean {
  return mayAdminister(asTarget(operator.account), act, { organizationId }, []).verdict === 'allow';
}

/** Whether the operator may do this to the account, as far as can be said without a lock; the flow that does it decides again. */
export function may({ operator }: Pick<Desk, 'operator'>, act: AdminAct, account: Account): boolean {
  const target = { organizationId: account.organizationId, account: asTarget(account) };
  const { operatorMay } = account.policy.administration;
  return mayAdminister(asTarget(operator.account), act, target, operatorMay).verdict === 'allow';
}
