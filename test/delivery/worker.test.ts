import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmailDriver, SmsDriver } from '../../src/delivery/driver.ts';
import { driversFor } from '../../src/delivery/drivers.ts';
import type { RenderedEmail, RenderedSms } from '../../src/delivery/render-message.ts';
import { createDeliver } from '../../src/delivery/worker.ts';
import { freePort, startMailSink, startSmsSink } from '../support/sinks.ts';
import { AT, circumstances, email, ISSUER, recoveryLink, sms } from './messages.ts';
import { memoryAudit, memoryOutbox } from './outbox.ts';

const config = { smtpUrl: undefined, mailFrom: 'no-reply@id.example.org', smsUrl: undefined, smsSecret: undefined };

let open: (() => unknown)[] = [];
let outbox: ReturnType<typeof memoryOutbox>;
let audit: ReturnType<typeof memoryAudit>;
let lines: unknown[];
beforeEach(() => {
  open = [];
  outbox = memoryOutbox();
  audit = memoryAudit();
  lines = [];
});
afterEach(async () => {
  for (const close of open.toReversed()) await close();
});

/** Nobody's own look. */
const organizations = { find: async () => undefined, logo: async () => undefined };
const note = (line: unknown) => lines.push(line);

function deliverBy(drivers: { email: EmailDriver; sms: SmsDriver }, now = AT) {
  open.push(() => drivers.email.close());
  const log = { info: note, warn: note };
  return createDeliver({
    outbox: outbox.records,
    audit,
    organizations,
    ...drivers,
    issuer: ISSUER,
    now: () => now,
    log,
  });
}

async function mailSink(port?: number) {
  const sink = await startMailSink(port === undefined ? {} : { port });
  open.push(() => sink.close());
  return sink;
}

async function smsSink(port?: number) {
  const sink = await startSmsSink(port === undefined ? {} : { port });
  open.push(() => sink.close());
  return sink;
}

test('each message goes its way, in the language of the account, and its row is done', async () => {
  const mail = await mailSink();
  const gateway = await smsSink();
  const deliver = deliverBy(driversFor({ ...config, smtpUrl: mail.url, smsUrl: gateway.url }));
  outbox.put('m', email(recoveryLink(), 'fr'));
  outbox.put('s', sms({ template: 'code', code: '123456' }, 'fr'));
  await deliver('m');
  await deliver('s');
  expect(mail.messages[0]?.subject).toBe('Réinitialiser vos moyens de connexion');
  expect(gateway.messages[0]?.text).toContain('123456 est votre code Regain');
  expect(gateway.messages[0]?.idempotencyKey).toBe('s');
  expect([...outbox.state]).toEqual([
    ['m', 'sent'],
    ['s', 'sent'],
  ]);
  expect(audit.events).toEqual([]);
});

test('a row that is gone (sent by another node, or failed) is nothing to do', async () => {
  const mail = await mailSink();
  const deliver = deliverBy(driversFor({ ...config, smtpUrl: mail.url }));
  await deliver('nobody');
  outbox.put('m', email(recoveryLink()));
  await deliver('m');
  await deliver('m');
  expect(mail.messages).toHaveLength(1);
});

test('A11 a decoy goes nowhere and leaves no trace in the log', async () => {
  const mail = await mailSink();
  const deliver = deliverBy(driversFor({ ...config, smtpUrl: mail.url }));
  outbox.put('d', email(recoveryLink(), 'en', ''));
  await deliver('d');
  expect(mail.offered).toBe(0);
  expect(outbox.state.get('d')).toBe('sent');
  expect([...lines, ...audit.events]).toEqual([]);
});

describe('A32', () => {
  test('the mail server is down, then up: the message waits, and is sent once', async () => {
    const port = await freePort();
    const deliver = deliverBy(driversFor({ ...config, smtpUrl: `smtp://127.0.0.1:${port}` }));
    outbox.put('m', email(recoveryLink()));
    await expect(deliver('m')).rejects.toThrow(/^SMTP CONN/);
    expect(outbox.state.get('m')).toMatch(/^waiting: SMTP CONN/);
    expect(audit.events).toEqual([]);
    const mail = await mailSink(port);
    await deliver('m');
    await deliver('m');
    expect(mail.messages).toHaveLength(1);
    expect(outbox.state.get('m')).toBe('sent');
  });

  test('the gateway is down, then slow, then up: sent once', async () => {
    const port = await freePort();
    const deliver = deliverBy(driversFor({ ...config, smsUrl: `http://127.0.0.1:${port}/` }));
    outbox.put('s', sms({ template: 'code', code: '123456' }));
    await expect(deliver('s')).rejects.toThrow('out of reach');
    const gateway = await smsSink(port);
    gateway.behave('hold-after');
    const slow = deliver('s');
    await gateway.waitForOffers(1);
    expect(outbox.state.get('s')).toBe('waiting: SMS gateway: out of reach');
    gateway.behave('accept');
    await slow;
    expect(outbox.state.get('s')).toBe('sent');
    expect(gateway.messages).toHaveLength(1);
  });

  test.each([AT + 300_000, AT + 300_001])('a message whose time is over is not sent (now: %s)', async (now) => {
    const gateway = await smsSink();
    const deliver = deliverBy(driversFor({ ...config, smsUrl: gateway.url }), now);
    outbox.put('s', sms({ template: 'code', code: '123456' }));
    await deliver('s');
    expect(gateway.offered).toBe(0);
    expect(outbox.state.get('s')).toBe('failed: expired');
    expect(audit.events).toEqual([
      {
        kind: 'message.failed',
        actor: 'system',
        accountId: 'account',
        organizationId: 'organization',
        details: { channel: 'sms', template: 'code', reason: 'expired' },
      },
    ]);
  });

  test('one millisecond before, it still is', async () => {
    const gateway = await smsSink();
    const deliver = deliverBy(driversFor({ ...config, smsUrl: gateway.url }), AT + 299_999);
    outbox.put('s', sms({ template: 'code', code: '123456' }));
    await deliver('s');
    expect(gateway.messages).toHaveLength(1);
  });
});

test('what is refused for good is marked so, audited, and does not come back', async () => {
  const mail = await mailSink();
  mail.behave('refuse-recipient');
  const deliver = deliverBy(driversFor({ ...config, smtpUrl: mail.url }));
  outbox.put('m', email(recoveryLink()));
  await deliver('m');
  expect(outbox.state.get('m')).toBe('failed: SMTP RCPT TO 550');
  expect(audit.events.map((event) => [event.kind, event.details?.['reason']])).toEqual([
    ['message.failed', 'SMTP RCPT TO 550'],
  ]);
  mail.behave('accept');
  await deliver('m');
  expect(mail.messages).toEqual([]);
});

test('A6 no address, code or link reaches the log, the audit log, the row or the job', async () => {
  const mail = await mailSink();
  const thrown: unknown[] = [];
  const deliver = deliverBy(driversFor({ ...config, smtpUrl: mail.url }));
  for (const behaviour of ['later', 'refuse-recipient', 'accept'] as const) {
    mail.behave(behaviour);
    outbox.put(behaviour, email(recoveryLink()));
    await deliver(behaviour).catch((error: unknown) => thrown.push(String(error)));
  }
  const kept = JSON.stringify([lines, audit.events, [...outbox.state], thrown]);
  expect(thrown).toHaveLength(1);
  expect(lines).toHaveLength(3);
  expect(kept).not.toMatch(/alice|123456|recovery\/|Zm9v/);
});

test('without gateways messages go to the inbox page; without one they are refused, naming the variable', async () => {
  const shown: (RenderedEmail | RenderedSms)[] = [];
  const deliver = deliverBy(driversFor(config, { deliver: (message) => shown.push(message) }));
  outbox.put('m', email(recoveryLink()));
  outbox.put('s', sms({ template: 'notice', notice: 'password-reset', circumstances }));
  await deliver('m');
  await deliver('s');
  expect(shown.map((message) => message.channel)).toEqual(['email', 'sms']);

  const closed = deliverBy(driversFor(config));
  outbox.put('x', email(recoveryLink()));
  outbox.put('y', sms({ template: 'code', code: '123456' }));
  await closed('x');
  await closed('y');
  expect(outbox.state.get('x')).toBe('failed: SMTP_URL is not set');
  expect(outbox.state.get('y')).toBe('failed: SMS_URL is not set');
});
