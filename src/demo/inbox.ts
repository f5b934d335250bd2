import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import Koa, { type Context } from 'koa';
import type { InboxDeliverer } from '../delivery/inbox.ts';
import type { RenderedEmail, RenderedSms } from '../delivery/render-message.ts';
import { formatTime } from '../i18n/dates.ts';
import { translator } from '../i18n/translate.ts';
import {
  type Address,
  answerBy,
  closeServer,
  isAskedByName,
  listen,
  localeOf,
  renderSite,
  serveAsset,
  urlOf,
} from './site.ts';

/** How many messages are kept; they live in memory only. */
const KEPT = 200;

interface Kept {
  readonly id: string;
  readonly at: Date;
  readonly message: RenderedEmail | RenderedSms;
}

export interface Inbox {
  readonly url: string;
  readonly deliverer: InboxDeliverer;
  close(): Promise<void>;
}

/**
 * The inbox page of the demo: every e-mail and SMS, newest first, at `/`; the same as JSON at `/messages.json` (an array of
 * `{channel, to, subject, text, html, at}`; `subject` and `html` are null for an SMS). On loopback only: whoever can open
 * it reads everybody's messages.
 */
export async function startInbox(address: Address): Promise<Inbox> {
  let kept: readonly Kept[] = [];
  const waiting = new Set<PassThrough>();

  const app = new Koa();
  app.silent = true;
  app.use(async (context) => {
    if (!isAskedByName(context)) context.status = 421;
    else if (context.method !== 'GET' && context.method !== 'HEAD') context.status = 405;
    else if (context.path === '/') await showAll(context, kept);
    else if (context.path === '/messages.json') showJson(context, kept);
    else if (context.path === '/events') tellNews(context, waiting);
    else serveAsset(context);
  });
  const server = await listen(address, 'Inbox page');
  answerBy(app, server);

  return {
    url: urlOf(server),
    deliverer: {
      deliver: (message, id) => {
        if (kept.some((other) => other.id === id)) return;
        kept = [{ id, at: new Date(), message }, ...kept].slice(0, KEPT);
        for (const stream of waiting) stream.write('data: new\n\n');
      },
    },
    close: () => closeServer(server),
  };
}

async function showAll(context: Context, kept: readonly Kept[]): Promise<void> {
  const lang = localeOf(context);
  const t = translator(lang);
  const messages = kept.map(({ id, at, message }) => ({
    // the outbox row's id stays inside
    id: createHash('sha256').update(id).digest('hex').slice(0, 16),
    at: at.toISOString(),
    time: `${formatTime(lang, at.getTime())} (UTC)`,
    channel: message.channel,
    to: message.to,
    text: withLinks(message.text),
    ...(message.channel === 'email' && {
      subject: message.subject,
      lang: message.locale,
      frame: forFrame(message.html),
    }),
  }));
  const title = t('demo:inbox_title');
  await renderSite(context, 'inbox', { title, name: title, wide: true, script: 'inbox.js' }, { messages });
}

function showJson(context: Context, kept: readonly Kept[]): void {
  context.set('Cache-Control', 'no-store');
  context.set('X-Content-Type-Options', 'nosniff');
  context.body = kept.map(({ at, message }) => ({
    channel: message.channel,
    to: message.to,
    subject: message.channel === 'email' ? message.subject : null,
    text: message.text,
    html: message.channel === 'email' ? message.html : null,
    at: at.toISOString(),
  }));
}

/** Server-sent events: one for each new message, saying only that there is one. */
function tellNews(context: Context, waiting: Set<PassThrough>): void {
  const stream = new PassThrough();
  waiting.add(stream);
  stream.on('close', () => waiting.delete(stream));
  context.set('Cache-Control', 'no-store');
  context.type = 'text/event-stream';
  context.body = stream;
  stream.write('retry: 1000\n\n');
}

/** Links of a message open beside the inbox. */
const forFrame = (html: string): string => html.replace(/<head>/i, '<head><base target="_blank">');

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => HTML[character] ?? '');

const link = (url: string) => `<a href="${escaped(url)}" target="_blank" rel="noreferrer">${escaped(url)}</a>`;

/** Text as HTML: everything escaped, addresses that can be clicked. */
function withLinks(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((piece, index) => (index % 2 === 1 ? link(piece) : escaped(piece)))
    .join('');
}
