import type { RestoreCodeIssued } from '../flows/administration/issue-restore-code.ts';
import { formatDateTime } from '../i18n/dates.ts';
import { translator } from '../i18n/translate.ts';

const WIDTH = 72;

/** A letter for printing, in the account's language: plain text of at most 72 columns (SPEC S11). `issuer`: no trailing slash. */
export function restoreLetter({ account, code }: RestoreCodeIssued, issuer: string, now: number): string {
  const { locale, username } = account;
  const t = translator(locale);
  const blocks = [
    [t('common:product')],
    [
      t('restore-code:letter_title'),
      ...wrapped(t('restore-code:letter_for', { username, when: formatDateTime(locale, now) })),
    ],
    [`    ${code}`],
    wrapped(t('restore-code:letter_use', { address: `${issuer}/lost-credentials` })),
    wrapped(t('restore-code:letter_keep')),
    wrapped(t('restore-code:letter_unexpected', { address: `${issuer}/support` })),
  ];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

/** Broken at plain spaces only: a French sign of punctuation stays with its word. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
