import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TemporaryFailure } from '../../src/delivery/driver.ts';
import type { RenderedSms } from '../../src/delivery/render-message.ts';
import { httpSmsDriver } from '../../src/delivery/sms.ts';
import { freePort, startSmsSink } from '../support/sinks.ts';

const SECRET = 'a secret of the gateway – é';
const message: RenderedSms = { channel: 'sms', to: '+41791234567', text: "123456 est votre code. N'été\n\n@h #123456" };

let sink: Awaited<ReturnType<typeof startSmsSink>>;
beforeEach(async () => {
  sink = await startSmsSink({ secret: SECRET });
});
afterEach(() => sink.close());

test('posts number and text, signed, under the outbox id', async () => {
  const driver = httpSmsDriver(sink.url, SECRET);
  expect(await driver.send(message, 'id-1')).toEqual({ outcome: 'sent' });
  expect(sink.messages).toEqual([
    { to: message.to, text: message.text, idempotencyKey: 'id-1', authorization: '', signed: true },
  ]);
});

test('a wrong signature and a missing one are refused by the gateway, for good', async () => {
  for (const secret of ['another secret', undefined]) {
    const refused = { outcome: 'refused', reason: 'SMS gateway: 401' };
    expect(await httpSmsDriver(sink.url, secret).send(message, 'id-1')).toEqual(refused);
  }
  expect(sink.messages).toEqual([]);
});

test('user and password of the URL go as Basic authentication', async () => {
  const url = sink.url.replace('http://', 'http://re%40gain:p%3Aw@');
  await httpSmsDriver(url, SECRET).send(message, 'id-1');
  expect(sink.messages[0]?.authorization).toBe(`Basic ${Buffer.from('re@gain:p:w').toString('base64')}`);
});

describe('what a gateway answers', () => {
  test('400 is for good', async () => {
    sink.behave('refuse');
    expect(await httpSmsDriver(sink.url, SECRET).send(message, 'id-1')).toEqual({
      outcome: 'refused',
      reason: 'SMS gateway: 400',
    });
  });

  test.each(['later', 'busy'] as const)('%s is for now', async (behaviour) => {
    sink.behave(behaviour);
    const driver = httpSmsDriver(sink.url, SECRET);
    await expect(driver.send(message, 'id-1')).rejects.toThrow(TemporaryFailure);
    sink.behave('accept');
    expect(await driver.send(message, 'id-1')).toEqual({ outcome: 'sent' });
  });

  test('A32 a gateway that sent but answered too late: the second try does not send again', async () => {
    const hasty = httpSmsDriver(sink.url, SECRET, 200);
    sink.behave('hold-after');
    await expect(hasty.send(message, 'id-1')).rejects.toThrow(new TemporaryFailure('SMS gateway: no answer in time'));
    sink.behave('accept');
    expect(await hasty.send(message, 'id-1')).toEqual({ outcome: 'sent' });
    expect(sink.offered).toBe(2);
    expect(sink.messages).toHaveLength(1);
  });

  test('A32 nobody there: for now', async () => {
    const nobody = httpSmsDriver(`http://127.0.0.1:${await freePort()}/`, SECRET);
    await expect(nobody.send(message, 'id-1')).rejects.toThrow(new TemporaryFailure('SMS gateway: out of reach'));
    await expect(nobody.check()).rejects.toThrow(TemporaryFailure);
  });
});

test.each(['smpp://user:password@host:2775', 'twilio://SID:TOKEN@host'])('%s: not yet, and it says so', (url) => {
  expect(() => httpSmsDriver(url, undefined)).toThrow(/^SMS_URL: \w+: is not supported yet; it takes an https:/);
});
