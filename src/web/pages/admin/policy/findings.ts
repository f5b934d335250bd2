import type { Finding } from '../../../../domain/proof-of-policy/findings.ts';
import type { AcceptedFinding } from '../../../../flows/ports/policies.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { exampleInWords } from '../../../../i18n/proof-words.ts';
import type { PageContext } from '../../../frame/page.ts';

/** Findings as rows: each with its name, the chain that shows it, how to mend it, and who accepted it and why. */
export function findingRows(
  { t, locale }: Pick<PageContext, 't' | 'locale'>,
  findings: readonly Finding[],
  accepted: readonly AcceptedFinding[] = [],
) {
  const said = (label: string, text: string) => t('proof:colon', { label, text });
  return {
    id: 'findings',
    empty: t('policy:no_findings'),
    items: findings.map(({ name, severity, examples: [first, ...others] }) => {
      const by = accepted.find(({ finding }) => finding === name);
      return {
        name: t(`proof:finding.${name}`),
        icon: severity === 'error' ? 'circle-alert' : 'triangle-alert',
        state: [
          severity === 'error'
            ? { text: t('proof:severity.error'), tone: 'alert' }
            : { text: t('proof:severity.warning') },
          ...(by ? [{ text: t('policy:accepted'), tone: 'off' }] : []),
        ],
        details: [
          said(t('proof:label_shown'), exampleInWords(t, first)),
          ...(others.length > 0 ? [t('proof:more', { count: others.length })] : []),
          said(t('proof:label_mend'), t(`proof:mend.${name}`)),
          ...(by ? [t('policy:accepted_by', { by: by.by, at: formatDateTime(locale, by.at), reason: by.reason })] : []),
          t('policy:finding_name', { name }),
        ],
      };
    }),
  };
}

/** "2 errors, 3 warnings", in words that say what that means. */
export function verdictOf({ t }: Pick<PageContext, 't'>, findings: readonly Finding[]) {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    safe: errors === 0,
    text: t(errors === 0 ? 'policy:is_safe' : 'policy:is_unsafe', { warnings: findings.length - errors, errors }),
  };
}
