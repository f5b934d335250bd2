import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmailDriver, TemporaryFailure } from '../../src/delivery/driver.ts';
import { smtpDriver } from '../../src/delivery/mail.ts';
import { type RenderedEmail, renderMessage } from '../../src/delivery/render-message.ts';
import { LOCALES, type Message } from '../../src/domain/message.ts';
import { freePort, startMailSink } from '../support/sinks.ts';
import { email, ISSUER, LINK, recoveryLink } from './messages.ts';

const ID = '018f3f2e-0000-7000-8000-000000000001';

let sink: Awaited<ReturnType<typeof startMailSink>>;
let driver: EmailDriver;

beforeEach(async () => {
  sink = await startMailSink();
  driver = smtpDriver(sink.url, 'Regain <no-reply@id.example.org>');
});
afterEach(async () => {
  driver.close();
  await sink.close();
});

function written(message: Message): RenderedEmail {
  const result = renderMessage(message, ISSUER);
  if (result.channel !== 'email') throw new Error('not an e-mail');
  return result;
}

describe.each(LOCALES)('over real SMTP in %s', (locale) => {
  test('arrives as text and HTML, word for word, with the headers of a machine', async () => {
    const sent = written(email(recoveryLink(), locale));
    expect(await driver.send(sent, ID)).toEqual({ outcome: 'sent' });
    const mail = await sink.waitFor((received) => received.recipients.includes('alice@example.org'));
    expect(mail.subject).toBe(sent.subject);
    expect(mail.text.trimEnd()).toBe(sent.text.trimEnd());
    expect(mail.html.trimEnd()).toBe(sent.html.trimEnd());
    expect(mail.text).toContain(LINK);
    expect(mail.header('content-type')).toMatch(/^multipart\/alternative/);
    expect(mail.header('auto-submitted')).toBe('auto-generated');
    expect(mail.header('content-language')).toBe(locale);
    expect(mail.header('message-id')).toBe(`<${ID}@id.example.org>`);
    expect(mail.header('from')).toBe('Regain <no-reply@id.example.org>');
    expect(mail.header('to')).toBe('alice@example.org');
    expect(mail.sender).toBe('no-reply@id.example.org');
  });
});

describe('A28 header injection', () => {
  test('a subject cannot bring a header or a body with it', async () => {
    const subject = 'Hello\r\nBcc: eve@example.net\r\n\r\n<b>body</b>\0\u001b[31m';
    await driver.send({ ...written(email(recoveryLink())), subject }, ID);
    const mail = await sink.waitFor(() => true);
    expect(mail.headerNames).not.toContain('Bcc');
    expect(mail.recipients).toEqual(['alice@example.org']);
    expect(mail.subject).toBe('Hello Bcc: eve@example.net <b>body</b> [31m');
  });

  test.each([
    'alice@example.org\r\nBcc: eve@example.net',
    'alice@example.org, eve@example.net',
    'eve@example.net <alice@example.org>',
    '<alice@example.org> eve@example.net',
    'alice@example.org>\r\nRCPT TO:<eve@example.net',
    'alice@example.org\0',
    ' alice@example.org',
    '"a b"@example.org',
    '',
  ])('an address that is more or less than one address is refused and nothing goes out: %j', async (to) => {
    const sent = { ...written(email(recoveryLink())), to };
    expect(await driver.send(sent, ID)).toEqual({ outcome: 'refused', reason: 'malformed address' });
    expect(sink.offered).toBe(0);
  });

  test('the name of the sender is one line', async () => {
    const other = smtpDriver(sink.url, '"Regain\r\nX-Evil: 1\u202e\0" <no-reply@id.example.org>');
    await other.send(written(email(recoveryLink())), ID);
    other.close();
    const mail = await sink.waitFor(() => true);
    expect(mail.headerNames).not.toContain('X-Evil');
    expect(mail.header('from')).toBe('"Regain X-Evil: 1" <no-reply@id.example.org>');
    expect(mail.sender).toBe('no-reply@id.example.org');
  });
});

describe('what a server answers', () => {
  const message = written(email(recoveryLink()));

  test.each(['refuse-recipient', 'refuse-text'] as const)('%s is for good', async (behaviour) => {
    sink.behave(behaviour);
    const handover = await driver.send(message, ID);
    expect(handover).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/^SMTP (RCPT TO|DATA) 55[04]$/),
    });
  });

  test('busy is for now, and the next try goes through', async () => {
    sink.behave('later');
    await expect(driver.send(message, ID)).rejects.toThrow(new TemporaryFailure('SMTP RCPT TO 451'));
    sink.behave('accept');
    expect(await driver.send(message, ID)).toEqual({ outcome: 'sent' });
    expect(sink.messages).toHaveLength(1);
  });

  test('a refused sender is a setting to mend, not the end of the message', async () => {
    sink.behave('refuse-sender');
    await expect(driver.send(message, ID)).rejects.toThrow(new TemporaryFailure('SMTP MAIL FROM 553'));
  });

  test('a failure never tells the address or the text', async () => {
    sink.behave('refuse-recipient');
    const handover = await driver.send(message, ID);
    expect(JSON.stringify(handover)).not.toMatch(/alice|example/);
  });

  test('A32 a server that does not answer is given up in time', async () => {
    const hasty = smtpDriver(sink.url, 'no-reply@id.example.org', 300);
    sink.behave('hold');
    await expect(hasty.send(message, ID)).rejects.toThrow(TemporaryFailure);
    hasty.close();
    expect(sink.messages).toHaveLength(0);
  });

  test('A32 nobody there: for now', async () => {
    const nobody = smtpDriver(`smtp://127.0.0.1:${await freePort()}`, 'no-reply@id.example.org');
    await expect(nobody.send(message, ID)).rejects.toThrow(/^SMTP CONN E/);
    await expect(nobody.check()).rejects.toThrow(TemporaryFailure);
    nobody.close();
  });

  test('the check passes where a server answers', async () => {
    await expect(driver.check()).resolves.toBeUndefined();
    expect(sink.offered).toBe(0);
  });
});
