import { type Command, Option } from 'commander';
import { LOCALES, type Locale } from '../domain/message.ts';
import type { Policy } from '../domain/policy.ts';
import { type AcceptanceOptions, acceptanceOf, notAccepted, withAcceptance } from './acceptance.ts';
import { type Answer, answering, plain } from './answer.ts';
import { Complaint } from './complaint.ts';
import { DEFAULT_ORGANIZATION, noOrganization } from './default-organization.ts';
import { acceptedJson, acceptedLine, addPolicyCheck } from './policy-check.ts';
import { PRESET_OR_FILE, readPolicy } from './policy-file.ts';

/** `policy show`, `policy set`, `policy check` and `policy schema`. */
export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('what an organization asks for to sign in and to recover');
  policy
    .command('show')
    .description('print a policy, as `policy set` takes it')
    .argument('[preset-or-file]', `${PRESET_OR_FILE}; else the one in force`)
    .option('--org <id>', 'the organization', DEFAULT_ORGANIZATION)
    .addOption(new Option('--format <format>', 'YAML comes with comments').choices(['json', 'yaml']).default('json'))
    .addOption(new Option('--locale <locale>', 'the language of the comments').choices(LOCALES).default('en'))
    .action(answering(show));
  const set = policy
    .command('set')
    .description('put a policy in force; what is under way ends under the old one')
    .argument('<preset-or-file>', PRESET_OR_FILE)
    .option('--org <id>', 'the organization', DEFAULT_ORGANIZATION);
  withAcceptance(set).action(answering(putInForce));
  addPolicyCheck(policy);
  policy
    .command('schema')
    .description('print the JSON Schema of policies, by which editors complete and check them')
    .addOption(new Option('--locale <locale>', 'the language of its words').choices(LOCALES).default('en'))
    .action(answering(schema));
}

async function schema({ locale }: { locale: Locale }): Promise<Answer> {
  const { policyJsonSchema } = await import('../i18n/policy-words.ts');
  const json = policyJsonSchema(locale);
  return { json, text: JSON.stringify(json, null, 2).split('\n') };
}

interface Shown {
  readonly org: string;
  readonly format: 'json' | 'yaml';
  readonly locale: Locale;
}

async function show(presetOrFile: string | undefined, { org, format, locale }: Shown): Promise<Answer> {
  if (presetOrFile !== undefined) {
    const policy = await readPolicy(presetOrFile, locale);
    return { json: { policy }, text: await written(policy, format, locale) };
  }
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
      text: await written(inForce.policy, format, locale),
    };
  });
}

async function written(policy: Policy, format: Shown['format'], locale: Locale): Promise<string[]> {
  if (format === 'json') return JSON.stringify(policy, null, 2).split('\n');
  const { commentedPolicy } = await import('../i18n/policy-words.ts');
  return commentedPolicy(locale, policy).trimEnd().split('\n');
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
