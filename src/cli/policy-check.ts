import { type Command, Option } from 'commander';
import { LOCALES, type Locale } from '../domain/message.ts';
import type { Policy } from '../domain/policy.ts';
import { PRESETS } from '../domain/presets.ts';
import { errorsIn, proofOf } from '../domain/proof-of-policy/proof-of-policy.ts';
import { translator } from '../i18n/translate.ts';
import { type Answer, answering } from './answer.ts';
import { Complaint } from './complaint.ts';
import { DEFAULT_ORGANIZATION, noOrganization } from './default-organization.ts';
import { readPolicy } from './policy-file.ts';
import { proofJson } from './proof-json.ts';
import { proofLines } from './proof-lines.ts';

interface Options {
  readonly org: string;
  readonly locale: Locale;
}

/** `policy check`: proves a preset or a file, which needs no database, else the policy in force. */
export function addPolicyCheck(policy: Command): void {
  policy
    .command('check')
    .description('print who gets back in after which losses and how far a thief comes; exit code 1 when unsafe')
    .argument('[preset-or-file]', `a preset (${Object.keys(PRESETS).join(', ')}) or a JSON file; else the one in force`)
    .option('--org <id>', 'the organization', DEFAULT_ORGANIZATION)
    .addOption(new Option('--locale <locale>', 'the language of the texts').choices(LOCALES).default('en'))
    .action(answering(check));
}

async function check(presetOrFile: string | undefined, { org, locale }: Options): Promise<Answer> {
  if (presetOrFile !== undefined) return proven(await readPolicy(presetOrFile), locale);
  const { administering } = await import('./open.ts');
  return administering(async ({ store }) => {
    const inForce = await store.policies.inForce(org);
    if (!inForce) throw new Complaint(noOrganization(org));
    return proven(inForce.policy, locale);
  });
}

function proven(policy: Policy, locale: Locale): Answer {
  const t = translator(locale);
  const proof = proofOf(policy);
  const errors = errorsIn(proof.findings).map(({ name }) => name);
  return {
    json: proofJson(t, policy, proof),
    text: proofLines(t, policy, proof),
    ...(errors.length > 0 && { complaint: `the policy "${policy.name}" is unsafe: ${errors.join(', ')}` }),
  };
}
