import { approveEmergencyCode } from '../../../src/flows/administration/approve-emergency-code.ts';
import { issueEmergencyCode } from '../../../src/flows/administration/issue-emergency-code.ts';
import { issueRestoreCode } from '../../../src/flows/administration/issue-restore-code.ts';
import { proposeEmergencyCode } from '../../../src/flows/administration/propose-emergency-code.ts';
import type { AdministrationPorts } from '../../../src/flows/ports/administration.ts';
import type { Account } from '../../../src/flows/ports.ts';
import { ownerOf } from '../../support/owner.ts';
import type { OneTransaction } from './one-transaction.ts';
import { realAccount } from './real-account.ts';

const HELD = { holds: ['password', 'totp', 'email'], bound: true } as const;

export interface Wanted {
  readonly emergencyCode: boolean;
  readonly restoreCode: boolean;
}

/** What they have given: whether there is now an emergency code, and of which kind the restore code is. */
export interface Given {
  readonly emergencyCode: { readonly uses: number; readonly until: number } | null;
  readonly restoreCode: 'mailed' | 'told' | null;
}

/** So many operators of the organization, who act together. */
export async function operatorsOf(
  world: OneTransaction,
  organizationId: string,
  count: 0 | 1 | 2,
): Promise<readonly string[]> {
  const all: string[] = [];
  while (all.length < count) all.push((await realAccount(world, { organizationId, kind: HELD, operator: true })).id);
  return all;
}

/** Each signs in to the console, and they give of what is wanted whatever they may. */
export async function askOperators(
  world: OneTransaction,
  operators: readonly string[],
  { id, policy }: Pick<Account, 'id' | 'policy'>,
  wanted: Wanted,
): Promise<Given> {
  const consoles: AdministrationPorts[] = [];
  for (const one of operators) consoles.push(await signedIn(world, one));
  const [first, second] = consoles;
  if (!first) return { emergencyCode: null, restoreCode: null };
  const asked = { reason: 'on their word', checks: policy.emergencyCode.operator.checks.slice(0, 1) };
  const alone = wanted.emergencyCode ? await issueEmergencyCode(first, id, asked) : undefined;
  const issued = alone?.outcome === 'refused' ? await together(first, second, id, asked) : alone;
  // What they may tell is worth more than what goes by e-mail.
  const [by] = policy.restoreCode.issueBy.toSorted((a, b) => Number(a === 'email') - Number(b === 'email'));
  const restored = wanted.restoreCode && by ? await issueRestoreCode(first, id, { by, reason: 'on their word' }) : null;
  return {
    emergencyCode: issued ? { uses: issued.uses, until: issued.expiresAt } : null,
    restoreCode: restored?.outcome === 'issued' ? (by === 'email' ? 'mailed' : 'told') : null,
  };
}

async function signedIn(world: OneTransaction, id: string): Promise<AdministrationPorts> {
  return { ...world.administration, operator: await ownerOf(world, id, { acr: 'phr' }) };
}

async function together(
  first: AdministrationPorts,
  second: AdministrationPorts | undefined,
  accountId: string,
  asked: { readonly reason: string; readonly checks: readonly string[] },
) {
  const proposed = await proposeEmergencyCode(first, accountId, asked);
  if (proposed.outcome !== 'proposed') return null;
  // Who proposes cannot approve.
  const approved = await approveEmergencyCode(second ?? first, accountId, { id: proposed.id, way: 'screen' });
  return approved.outcome === 'approved' ? approved : null;
}
