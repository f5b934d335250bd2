import { type Command, Option } from 'commander';
import { LOCALES, type Locale } from '../domain/message.ts';
import type { Policy } from '../domain/policy.ts';
import type { AcceptedFinding } from '../flows/ports/policies.ts';
import { type Answer, answering, isoTime } from './answer.ts';
import { Complaint } from './complaint.ts';
import { DEFAULT_ORGANIZATION, noOrganization } from './default-organization.ts';
import { PRESET_OR_FILE, readPolicy } from './policy-file.ts';

interface Options {
  readonly org: string;
  readonly locale: Locale;
}

/** `policy check`: proves a preset or a file, which needs no database, else the policy in force. */
export function addPolicyCheck(policy: Command): void {
  policy
    .command('check')
    .description('print who gets back in after which losses and how far a thief comes; exit code 1 when unsafe')
    .argument('[preset-or-file]', `${PRESET_OR_FILE}; else the one in force`)
    .option('--org <id>', 'the organization', DEFAULT_ORGANIZATION)
    .addOption(new Option('--locale <locale>', 'the language of the texts').choices(LOCALES).default('en'))
    .action(answering(check));
}

async function check(presetOrFile: string | undefined, { org, locale }: Options): Promise<Answer> {
  if (presetOrFile !== undefined) return proven(await readPolicy(presetOrFile, locale), [], locale);
  const { administering } = await import('./open.ts');
  return administering(async ({ store }) => {
    const inForce = await store.policies.inForce(org);
    if (!inForce) throw new Complaint(noOrganization(org));
    return proven(inForce.policy, await store.policies.accepted(org, inForce.version), locale);
  });
}

/** What was accepted is no complaint any more, and is said each time. */
async function proven(policy: Policy, accepted: readonly AcceptedFinding[], locale: Locale): Promise<Answer> {
  const [{ translator }, { errorsIn, proofOf }, { proofJson }, { proofLines }] = await Promise.all([
    import('../i18n/translate.ts'),
    import('../domain/proof-of-policy/proof-of-policy.ts'),
    import('./proof-json.ts'),
    import('./proof-lines.ts'),
  ]);
  const t = translator(locale);
  const proof = proofOf(policy);
  const open = errorsIn(proof.findings)
    .map(({ name }) => name)
    .filter((name) => !accepted.some(({ finding }) => finding === name));
  const lines = accepted.map((one) => `  ${t('proof:accepted_by', { ...one, at: isoTime(one.at) })}`);
  return {
    json: { ...proofJson(t, policy, proof), accepted: acceptedJson(accepted) },
    text: [...proofLines(t, policy, proof), ...(lines.length > 0 ? ['', t('proof:heading_accepted'), ...lines] : [])],
    ...(open.length > 0 && { complaint: `the policy "${policy.name}" is unsafe: ${open.join(', ')}` }),
  };
}

/** What was accepted of the policy in force, for `--json`. */
export function acceptedJson(accepted: readonly AcceptedFinding[]) {
  return accepted.map(({ finding, reason, by, at }) => ({
    finding,
    reason,
    accepted_by: by,
    accepted_at: isoTime(at),
  }));
}

/** The same as a line for people. */
export function acceptedLine({ finding, reason, by, at }: AcceptedFinding): string {
  return `accepted: ${finding}, by ${by} on ${isoTime(at)}: ${reason}`;
}
