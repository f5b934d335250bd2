import type { Policy } from '../../../../domain/policy.ts';
import { policyOfAccount } from '../../../../domain/policy-of-account.ts';
import { type AccountKind, HOLDINGS, type Holding, kindOf } from '../../../../domain/proof-of-policy/account-kind.ts';
import { completeKinds } from '../../../../domain/proof-of-policy/examined.ts';
import { belongingsOf } from '../../../../flows/belongings.ts';
import type { Desk } from '../desk.ts';

/** Whose account a policy is tried on. `query`: what says so in the address. */
export interface Tried {
  readonly kind: AccountKind;
  /** As it holds for this account: by its role, and whether it is in the pilot group. */
  readonly policy: Policy;
  readonly username?: string;
  readonly query: Readonly<Record<string, string>>;
}

const OWN = 'own';

/** A real account of the organization, else one of the kinds that the policy asks for, else what is ticked. Undefined: that account is not here. */
export async function triedOf(
  { ctx, ports }: Desk,
  organizationId: string,
  policy: Policy,
): Promise<Tried | undefined> {
  const id = ctx.query('account');
  if (id !== undefined) {
    const account = await ports.store.accounts.load(id);
    if (!account || account.organizationId !== organizationId) return undefined;
    const kind = kindOf(belongingsOf(account, { closed: ports.closed, now: ports.now }));
    const held = policyOfAccount(policy, { withRole: account.roles.length > 0, inPilot: account.inPilot });
    return { kind, policy: held, username: account.username, query: { account: id } };
  }
  if (ctx.query('kind') === OWN) {
    const holds = HOLDINGS.filter((holding) => ctx.query(`has-${holding}`) !== undefined);
    const bound = ctx.query('bound') !== undefined || holds.some(isFactor);
    const ticked = Object.fromEntries(holds.map((holding) => [`has-${holding}`, 'on']));
    return {
      kind: { holds, bound },
      policy,
      query: { kind: OWN, ...ticked, ...(ctx.query('bound') && { bound: 'on' }) },
    };
  }
  const kinds = completeKinds(policy);
  const at = kinds.findIndex((_, index) => String(index) === ctx.query('kind'));
  const kind = kinds[Math.max(0, at)];
  return kind && { kind, policy, query: { kind: String(Math.max(0, at)) } };
}

const isFactor = (holding: Holding): boolean =>
  holding === 'totp' || holding === 'security-key' || holding.endsWith('passkey');

/** The kinds to choose from, with the one that is ticked by hand at the end. */
export function kindsToTry(policy: Policy): readonly { readonly value: string; readonly kind?: AccountKind }[] {
  return [...completeKinds(policy).map((kind, index) => ({ value: String(index), kind })), { value: OWN }];
}
