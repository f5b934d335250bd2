import type { Policy } from '../../src/domain/policy.ts';
import { errorsIn, findingsOf } from '../../src/domain/proof-of-policy/proof-of-policy.ts';
import { setPolicy } from '../../src/flows/administration/set-policy.ts';
import type { AdministrationPorts } from '../../src/flows/ports/administration.ts';

/** Puts a policy in force as a test needs it, whatever its proof finds; throws where it is not. */
export async function putInForce(ports: AdministrationPorts, organizationId: string, policy: Policy): Promise<void> {
  const findings = errorsIn(findingsOf(policy)).map(({ name }) => name);
  const done = await setPolicy(ports, organizationId, policy, { findings, reason: 'a test' });
  if (done.outcome !== 'set') throw new Error(`the policy was not put in force: ${JSON.stringify(done)}`);
}
