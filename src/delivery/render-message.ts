import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import type { Locale, Message } from '../domain/message.ts';
import { type Letter, writeLetter } from './letter.ts';
import { writeSms } from './sms-text.ts';

export interface RenderedEmail {
  readonly channel: 'email';
  readonly to: string;
  readonly locale: Locale;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}
export interface RenderedSms {
  readonly channel: 'sms';
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

const asText = template('letter.text');
const asHtml = template('letter.html');

/** The words of a message in its own language, ready to send. Links and the SMS's last line come from `issuer` only (A8). */
export function renderMessage(message: Message, issuer: URL): RenderedEmail | RenderedSms {
  const { to, locale } = message;
  if (message.channel === 'sms') return { channel: 'sms', to, text: writeSms(message.content, locale, issuer) };
  const letter = writeLetter(message.content, locale, issuer.href.replace(/\/$/, ''));
  return { channel: 'email', to, locale, subject: letter.subject, text: asText(letter), html: asHtml(letter) };
}

/** Compiled once. `<%=` escapes, `<%-` does not: only the text part uses the latter. */
function template(name: string): (letter: Letter) => string {
  const file = fileURLToPath(new URL(`../../views/messages/${name}.ejs`, import.meta.url));
  return ejs.compile(readFileSync(file, 'utf8'), { filename: file, strict: true, localsName: 'p' });
}
