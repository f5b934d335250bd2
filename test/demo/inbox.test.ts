import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RenderedEmail, RenderedSms } from '../../src/delivery/render-message.ts';
import { startInbox } from '../../src/demo/inbox.ts';
import { StartError } from '../../src/start-error.ts';

const email: RenderedEmail = {
  channel: 'email',
  sender: { name: null, address: null },
  to: 'alice@example.org',
  locale: 'fr',
  subject: 'Réinitialiser <vos> moyens',
  text: 'Le lien :\nhttps://id.example.org/r/abc?a=1&b=2\n<script>alert(1)</script>',
  html: '<!doctype html><html lang="fr"><head><title>x</title></head><body><a href="https://id.example.org/r/abc">Lien</a></body></html>',
};
const sms: RenderedSms = { channel: 'sms', to: '+41791234567', text: '123456 est votre code\n\n@h #123456' };

let inbox: Awaited<ReturnType<typeof startInbox>>;
beforeEach(async () => {
  inbox = await startInbox({ port: 0, host: '127.0.0.1' });
});
afterEach(() => inbox.close());

const page = async (path = '/', headers = {}) => (await fetch(`${inbox.url}${path}`, { headers })).text();

test('messages as JSON, newest first, each once', async () => {
  inbox.deliverer.deliver(email, 'id-1');
  inbox.deliverer.deliver(sms, 'id-2');
  inbox.deliverer.deliver(email, 'id-1');
  const messages: unknown = JSON.parse(await page('/messages.json'));
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect(messages).toEqual([
    { channel: 'sms', to: sms.to, subject: null, text: sms.text, html: null, at },
    { channel: 'email', to: email.to, subject: email.subject, text: email.text, html: email.html, at },
  ]);
});

test('the page shows all of it: the e-mail in a frame without scripts, the text with links, nothing as markup', async () => {
  inbox.deliverer.deliver(email, 'id-1');
  inbox.deliverer.deliver(sms, 'id-2');
  const html = await page();
  expect(html).toContain('Réinitialiser &lt;vos&gt; moyens');
  expect(html).toContain('sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"');
  expect(html).toContain(
    'srcdoc="&lt;!doctype html&gt;&lt;html lang=&#34;fr&#34;&gt;&lt;head&gt;&lt;base target=&#34;_blank&#34;&gt;',
  );
  expect(html).toContain('<a href="https://id.example.org/r/abc?a=1&amp;b=2"');
  expect(html).not.toContain('<script>alert');
  expect(html.indexOf('+41791234567')).toBeLessThan(html.indexOf('alice@example.org'));
});

test('in the language of the browser, or the one asked for', async () => {
  expect(await page('/', { 'accept-language': 'fr-CH,fr;q=0.9,en;q=0.5' })).toContain('<html lang="fr">');
  expect(await page('/', { 'accept-language': 'de' })).toContain('<html lang="en">');
  expect(await page('/?lang=fr')).toContain('Boîte de réception');
});

test('a page that waits is told of each new message', async () => {
  const response = await fetch(`${inbox.url}/events`);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  inbox.deliverer.deliver(sms, 'id-2');
  expect((await reader?.read())?.value).toBe('data: new\n\n');
  await reader?.cancel();
});

test('the last 200 are kept', async () => {
  for (let n = 1; n <= 205; n += 1) inbox.deliverer.deliver({ ...sms, text: `number ${n}` }, `id-${n}`);
  const messages: unknown = JSON.parse(await page('/messages.json'));
  expect(messages).toHaveLength(200);
  expect(messages).toMatchObject({ 0: { text: 'number 205' }, 199: { text: 'number 6' } });
});

test('another name that leads to loopback reads nothing (DNS rebinding), and nothing can be written', async () => {
  inbox.deliverer.deliver(sms, 'id-2');
  const { port } = new URL(inbox.url);
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example']) {
    const asked = request({ port, host: '127.0.0.1', path: '/messages.json', headers: { host } }).end();
    const [response] = await once(asked, 'response');
    expect(response.statusCode).toBe(421);
    response.resume();
  }
  expect((await fetch(inbox.url, { method: 'POST' })).status).toBe(405);
});

test('one clear line when the port is taken, and never on another interface', async () => {
  const { port } = new URL(inbox.url);
  const taken = startInbox({ port: Number(port), host: '127.0.0.1' });
  await expect(taken).rejects.toThrow(StartError);
  await expect(taken).rejects.toThrow(
    `Inbox page: cannot listen on 127.0.0.1:${port}: the port is taken; stop what uses it`,
  );
  await expect(startInbox({ port: 0, host: '0.0.0.0' })).rejects.toThrow(/loopback only/);
});

test('closing ends pages that wait', async () => {
  const other = await startInbox({ port: 0, host: '127.0.0.1' });
  const waiting = await fetch(`${other.url}/events`);
  await other.close();
  await expect(waiting.text()).rejects.toThrow('terminated');
});
