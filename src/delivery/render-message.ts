import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import type { Locale, Message } from '../domain/message.ts';
import { type Letter, writeLetter } from './letter.ts';
import { HOUSE, type MessageBrand } from './message-brand.ts';
import { writeSms } from './sms-text.ts';

export interface RenderedEmail {
  readonly channel: 'email';
  readonly to: string;
  readonly locale: Locale;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly sender: MessageBrand['sender'];
  /** A PNG that the HTML shows as `cid:logo`. */
  readonly logo?: Buffer;
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
export function renderMessage(message: Message, issuer: URL, brand = HOUSE): RenderedEmail | RenderedSms {
  const { to, locale } = message;
  if (message.channel === 'sms')
    return { channel: 'sms', to, text: writeSms(message.content, locale, issuer, brand.shortName) };
  const letter = writeLetter(message.content, locale, issuer.href.replace(/\/$/, ''), brand);
  const { sender, logo } = brand;
  const written = { subject: letter.subject, text: asText(letter), html: asHtml(letter) };
  return { channel: 'email', to, locale, ...written, sender, ...(logo && { logo: logo.png }) };
}

/** Compiled once. `<%=` escapes, `<%-` does not: only the text part uses the latter. */
function template(name: string): (letter: Letter) => string {
  const file = fileURLToPath(new URL(`../../views/messages/${name}.ejs`, import.meta.url));
  return ejs.compile(readFileSync(file, 'utf8'), { filename: file, strict: true, localsName: 'p' });
}
