import type { Cause } from '../../../../domain/lock-out-report.ts';
import type { Words } from '../dashboard/charts.ts';

/** A part of a whole in the reader's way of writing it: two figures that count, so that what is small is not nought. */
export function share({ locale }: Pick<Words, 'locale'>, some: number, of: number): string {
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 });
  return percent.format(of === 0 ? 0 : some / of);
}

/** What locks accounts out and what would help most, in one sentence. `of`: all accounts that were looked at. */
export function sentenceOf(words: Words, { lost, accounts, help }: Cause, of: number): string {
  const { t } = words;
  const cause = t(`lock-out:lost_${lost ?? 'none'}`, { share: share(words, accounts, of) });
  if (!help) return t('lock-out:not_helped', { cause });
  const values = { cause, add: t(`lock-out:add_${help.add}`), left: share(words, help.left, of) };
  return t(lost === null ? 'lock-out:helped_none' : 'lock-out:helped', values);
}
