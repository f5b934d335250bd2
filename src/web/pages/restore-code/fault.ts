import type { PageContext } from '../../frame/page.ts';

/** What is wrong with what was typed, before anything is compared: it tells nothing of any account. */
export function faultText({ t }: Pick<PageContext, 't'>, reason: string, typed: string): string {
  if (typed.trim() === '') return t('recovery:restore_code_missing');
  return t(reason === 'slip' ? 'recovery:restore_code_slip' : 'recovery:not_a_restore_code');
}
