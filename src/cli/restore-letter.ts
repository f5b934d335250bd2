import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { toString as drawQr } from 'qrcode';
import type { RestoreCodeIssued } from '../flows/administration/issue-restore-code.ts';
import { formatDateTime } from '../i18n/dates.ts';
import { translator } from '../i18n/translate.ts';

const WIDTH = 72;
const PAGE = fileURLToPath(new URL('../../views/letters/restore-code.html.ejs', import.meta.url));

/** A letter for printing, in the account's language: plain text of at most 72 columns (SPEC S11). `issuer`: no trailing slash. */
export function restoreLetter(issued: RestoreCodeIssued, issuer: string, now: number): string {
  const { product, title, about, code, texts } = contentsOf(issued, issuer, now);
  const blocks = [[product], [title, ...wrapped(about)], [`    ${code}`], ...texts.map(wrapped)];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

/** The same as an HTML page for one sheet of A4, with a QR code; it loads nothing from anywhere. */
export async function restoreLetterPage(issued: RestoreCodeIssued, issuer: string, now: number): Promise<string> {
  const contents = contentsOf(issued, issuer, now);
  const svg = await drawQr(contents.code, { type: 'svg', margin: 0, errorCorrectionLevel: 'Q' });
  const options = { filename: PAGE, strict: true, localsName: 'p' };
  return ejs.compile(readFileSync(PAGE, 'utf8'), options)({ ...contents, svg });
}

function contentsOf({ account, code }: RestoreCodeIssued, issuer: string, now: number) {
  const { locale, username } = account;
  const t = translator(locale);
  return {
    lang: locale,
    product: t('common:product'),
    title: t('restore-code:letter_title'),
    about: t('restore-code:letter_for', { username, when: formatDateTime(locale, now) }),
    code,
    texts: [
      t('restore-code:letter_use', { address: `${issuer}/lost-credentials` }),
      t('restore-code:letter_keep'),
      t('restore-code:letter_unexpected', { address: `${issuer}/support` }),
    ],
  };
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
