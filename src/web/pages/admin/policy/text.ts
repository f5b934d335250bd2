import type { PolicyFault } from '../../../../domain/policy-text/fault.ts';
import { faultInWords } from '../../../../i18n/policy-words.ts';
import type { Translate } from '../../../../i18n/translate.ts';
import type { PageError } from '../../../frame/answer.ts';
import { type DiffLine, withAround } from './line-diff.ts';

const LONGEST_EXCERPT = 60;

/** Faults as the errors of a page, each with its line and what stands there. */
export function faultErrors(t: Translate, text: string, faults: readonly PolicyFault[]): readonly PageError[] {
  const lines = text.split('\n');
  return faults.map((fault) => ({
    field: 'text',
    text: t('policy:fault_at', {
      line: fault.line,
      column: fault.column,
      excerpt: shortened(lines[fault.line - 1] ?? ''),
      fault: faultInWords(t, fault),
    }),
  }));
}

function shortened(line: string): string {
  const text = line.trim();
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…` : text;
}

/** The lines with faults and those around them, with their numbers; null where lines are left out. */
export function faultyLines(text: string, faults: readonly PolicyFault[]): readonly (DiffLine | null)[] {
  const wrong = new Set(faults.map(({ line }) => line));
  const lines = text
    .split('\n')
    .map((line, at): DiffLine => ({ is: wrong.has(at + 1) ? 'gone' : 'same', text: line, number: at + 1 }));
  return wrong.size === 0 ? [] : withAround(lines, 2);
}
