import { type Finding, type FindingName } from '../../../../domain/proof-of-policy/findings.ts';
import type { Lack } from '../../../../domain/readiness.ts';
import { exampleInWords } from '../../../../i18n/proof-words.ts';
import type { Translate } from '../../../../i18n/translate.ts';

const KNOWN = [
  'needs-password',
  'needs-second-factor',
  'needs-verified-phone',
  'needs-verified-email',
  'needs-restore-code',
  'sms-unavailable',
  'no-route',
] as const;

/** "After a lost second factor: no verified phone number". */
export function lackInWords(t: Translate, { lost, reason }: Lack): string {
  const known = KNOWN.find((one) => one === reason) ?? 'else';
  return t('self-recovery:lack', { lost: t(`self-recovery:lost_${lost}`), reason: t(`self-recovery:lack_${known}`) });
}

/** A finding as a row: what it is, what shows it, how to mend it. */
export function findingRow(t: Translate, { name, severity, examples: [first] }: Finding) {
  return {
    name: t(`proof:finding.${name}`),
    icon: severity === 'error' ? 'circle-alert' : 'info',
    state: { text: t(`proof:severity.${severity}`), tone: severity === 'error' ? 'alert' : 'off' },
    details: [
      t('self-recovery:shown', { example: exampleInWords(t, first) }),
      t('self-recovery:mend', { mend: t(`proof:mend.${name}`) }),
    ],
  };
}

/** The name of the tick by which a finding is accepted. */
export const tickOf = (name: FindingName): string => `accept-${name}`;
