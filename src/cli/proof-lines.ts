import type { Policy } from '../domain/policy.ts';
import type { ExaminedKind } from '../domain/proof-of-policy/examined.ts';
import type { Finding } from '../domain/proof-of-policy/findings.ts';
import type { LossSet } from '../domain/proof-of-policy/lock-out.ts';
import { errorsIn, type PolicyProof } from '../domain/proof-of-policy/proof-of-policy.ts';
import {
  accountInWords,
  chainInWords,
  exampleInWords,
  lossesInWords,
  theftsInWords,
  vetoesInWords,
} from '../i18n/proof-words.ts';
import type { Translate } from '../i18n/translate.ts';

const WIDTH = 40;
/** Losses that are listed; the smallest sets below say the rest, and `--json` all. */
const MOST_LOST = 2;

/** The proof of a policy for people to read: the verdict, what is found, and both tables for the complete kinds of account. */
export function proofLines(t: Translate, policy: Policy, { findings, kinds }: PolicyProof): string[] {
  const errors = errorsIn(findings).length;
  const complete = kinds.filter((one) => one.complete);
  return [
    t(errors > 0 ? 'proof:unsafe' : 'proof:safe', { name: policy.name }),
    t('proof:counts', { errors, warnings: findings.length - errors, kinds: kinds.length }),
    '',
    t('proof:heading_findings'),
    ...findings.flatMap((one) => findingLines(t, one)),
    ...(findings.length === 0 ? [`  ${t('proof:none')}`] : []),
    '',
    t('proof:heading_lockout'),
    ...complete.flatMap((one) => lockOutLines(t, one)),
    '',
    t('proof:heading_takeover'),
    ...complete.flatMap((one) => takeOverLines(t, policy, one)),
  ];
}

/** One finding with the first of what shows it, and how to mend it. */
export function findingLines(t: Translate, { name, severity, examples }: Finding): string[] {
  const said = (label: string, text: string) => t('proof:colon', { label, text });
  const [first, ...others] = examples;
  const more = others.length > 0 ? [`    ${t('proof:more', { count: others.length })}`] : [];
  return [
    `  ${t(`proof:severity.${severity}`)} ${name}`,
    `    ${t(`proof:finding.${name}`)}`,
    `    ${said(t('proof:label_shown'), exampleInWords(t, first))}`,
    ...more,
    `    ${said(t('proof:label_mend'), t(`proof:mend.${name}`))}`,
  ];
}

function lockOutLines(t: Translate, { kind, lockOut }: ExaminedKind): string[] {
  const said = (label: string, text: string) => t('proof:colon', { label, text });
  const sets = (some: readonly LossSet[]) => some.map((lost) => lossesInWords(t, lost)).join(' | ') || t('proof:none');
  return [
    `  ${accountInWords(t, kind)}`,
    ...lockOut.after
      .filter(({ lost }) => lost.length <= MOST_LOST)
      .map(({ lost, outcome }) => {
        const back = t(`proof:back.${outcome.back}`);
        const how = outcome.moves.length > 0 ? said(back, chainInWords(t, outcome)) : back;
        return `    ${lossesInWords(t, lost).padEnd(WIDTH)} ${how}`;
      }),
    `    ${said(t('proof:needs_operator'), sets(lockOut.needsOperator))}`,
    `    ${said(t('proof:for_good'), sets(lockOut.forGood))}`,
  ];
}

function takeOverLines(t: Translate, policy: Policy, { kind, takeOver: { each, smallest } }: ExaminedKind): string[] {
  return [
    `  ${accountInWords(t, kind)}`,
    ...each.map(
      ({ theft, reach }) => `    ${t(`proof:theft.${theft}`).padEnd(WIDTH)} ${t(`proof:level.${reach.level}`)}`,
    ),
    `    ${t(smallest.length > 0 ? 'proof:smallest' : 'proof:smallest_none')}`,
    ...smallest.flatMap(({ thefts, reach }) => [
      `      ${t('proof:colon', { label: theftsInWords(t, thefts), text: chainInWords(t, reach) })}`,
      `        ${vetoesInWords(t, policy, kind, thefts, reach)}`,
    ]),
  ];
}
