import type { Command } from 'commander';
import { PRESETS } from '../domain/presets.ts';
import { type AcceptanceOptions, acceptanceOf, notAccepted, withAcceptance } from './acceptance.ts';
import { type Answer, answering, plain } from './answer.ts';
import { Complaint } from './complaint.ts';
import { DEFAULT_ORGANIZATION, noOrganization } from './default-organization.ts';
import { acceptedJson, acceptedLine, addPolicyCheck } from './policy-check.ts';
import { readPolicy } from './policy-file.ts';

/** `policy show`, `policy set` and `policy check`. */
export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('what an organization asks for to sign in and to recover');
  policy
    .command('show')
    .description('print the policy in force')
    .option('--org <id>', 'the organization', DEFAULT_ORGANIZATION)
    .action(answering(show));
  const set = policy
    .command('set')
    .description('put a policy in force; what is under way ends under the old one')
    .argument('<preset-or-file>', `a preset (${Object.keys(PRESETS).join(', ')}) or a JSON file`)
    .option('--org <id>', 'the organization', DEFAULT_ORGANIZATION);
  withAcceptance(set).action(answering(putInForce));
  addPolicyCheck(policy);
}

async function show({ org }: { org: string }): Promise<Answer> {
  const { administering } = await import('./open.ts');
  return administering(async ({ store }) => {
    const inForce = await store.policies.inForce(org);
    if (!inForce) throw new Complaint(noOrganization(org));
    const accepted = await store.policies.accepted(org, inForce.version);
    // What is printed on stdout can be edited and given to `policy set`.
    for (const one of accepted) process.stderr.write(`regain: ${plain(acceptedLine(one))}\n`);
    return {
      json: {
        organization: org,
        version: inForce.version,
        policy: inForce.policy,
        ...(accepted.length > 0 && { accepted: acceptedJson(accepted) }),
      },
      text: JSON.stringify(inForce.policy, null, 2).split('\n'),
    };
  });
}

async function putInForce(presetOrFile: string, options: AcceptanceOptions & { org: string }): Promise<Answer> {
  const { org } = options;
  const acceptance = acceptanceOf(options);
  const policy = await readPolicy(presetOrFile);
  const { administering } = await import('./open.ts');
  const { setPolicy } = await import('../flows/administration/set-policy.ts');
  return administering(async (ports) => {
    const done = await setPolicy(ports, org, policy, acceptance);
    if (done.outcome === 'refused' && done.reason === 'unknown-organization') throw new Complaint(noOrganization(org));
    if (done.outcome !== 'set') throw await notAccepted(options, done);
    const recovery = policy.selfRecovery ? 'on' : 'off';
    return {
      json: {
        organization: org,
        version: done.version,
        name: policy.name,
        self_recovery: policy.selfRecovery,
        ...(acceptance.findings.length > 0 && { accepted: acceptance.findings }),
      },
      text: [
        `policy "${policy.name}" is version ${done.version} of ${org}; self-recovery is ${recovery}`,
        ...acceptance.findings.map((name) => `accepted: ${name}`),
      ],
    };
  });
}
