import type { Command } from 'commander';
import { PRESETS } from '../domain/presets.ts';
import { type Answer, answering } from './answer.ts';
import { Complaint } from './complaint.ts';
import { DEFAULT_ORGANIZATION, noOrganization } from './default-organization.ts';
import { addPolicyCheck } from './policy-check.ts';
import { readPolicy } from './policy-file.ts';

/** `policy show`, `policy set` and `policy check`. */
export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('what an organization asks for to sign in and to recover');
  policy
    .command('show')
    .description('print the policy in force')
    .option('--org <id>', 'the organization', DEFAULT_ORGANIZATION)
    .action(answering(show));
  policy
    .command('set')
    .description('put a policy in force; what is under way ends under the old one')
    .argument('<preset-or-file>', `a preset (${Object.keys(PRESETS).join(', ')}) or a JSON file`)
    .option('--org <id>', 'the organization', DEFAULT_ORGANIZATION)
    .action(answering(set));
  addPolicyCheck(policy);
}

async function show({ org }: { org: string }): Promise<Answer> {
  const { administering } = await import('./open.ts');
  return administering(async ({ store }) => {
    const inForce = await store.policies.inForce(org);
    if (!inForce) throw new Complaint(noOrganization(org));
    return {
      json: { organization: org, version: inForce.version, policy: inForce.policy },
      // What is printed can be edited and given to `policy set`.
      text: JSON.stringify(inForce.policy, null, 2).split('\n'),
    };
  });
}

async function set(presetOrFile: string, { org }: { org: string }): Promise<Answer> {
  const policy = await readPolicy(presetOrFile);
  const { administering } = await import('./open.ts');
  const { setPolicy } = await import('../flows/administration/set-policy.ts');
  return administering(async (ports) => {
    const done = await setPolicy(ports, org, policy);
    if (done.outcome === 'refused') throw new Complaint(noOrganization(org));
    const recovery = policy.selfRecovery ? 'on' : 'off';
    return {
      json: { organization: org, version: done.version, name: policy.name, self_recovery: policy.selfRecovery },
      text: [`policy "${policy.name}" is version ${done.version} of ${org}; self-recovery is ${recovery}`],
    };
  });
}
