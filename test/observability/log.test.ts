import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createLog, type Log, logFault } from '../../src/observability/log.ts';
import { reference } from '../../src/observability/reference.ts';

const TOKEN = 'qV3nE0mT9sKx2LwYpZ8hRdCj5uBf7aGi1oQ4tNvM6kU';

/** What a log writes, as text and as parsed lines. */
function recording(write: (log: Log) => void): { text: string; lines: Record<string, unknown>[] } {
  let text = '';
  write(createLog('trace', { write: (line: string) => (text += line) }));
  return {
    text,
    lines: text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

describe('the log', () => {
  test('is JSON with a level in words and a time in UTC', () => {
    const { lines } = recording((log) => log.info({ accountId: 'a' }, 'signed in'));
    expect(lines).toEqual([expect.objectContaining({ level: 'info', msg: 'signed in', accountId: 'a' })]);
    expect(lines[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('keeps quiet below its level', () => {
    let text = '';
    createLog('warn', { write: (line: string) => (text += line) }).info('nothing');
    expect(text).toBe('');
  });

  test.each([
    'password',
    'newPassword',
    'code',
    'smsCode',
    'user_code',
    'token',
    'refresh_token',
    'secret',
    'clientSecret',
    'cookie',
    'set-cookie',
    'Authorization',
    'codeHash',
    'code_verifier',
    'digits',
    'otp',
    'jwk',
    'challenge',
    'REGAIN_MASTER_KEY',
  ])('A6 nothing under the key %s is written, at any depth, nor by a child', (key) => {
    const { text } = recording((log) => {
      log.info({ [key]: 'hunter2-is-it' }, 'top');
      log.info({ a: { b: [{ [key]: 'hunter2-is-it' }] } }, 'deep');
      log.info({ a: { [key]: ['hunter2-is-it'] } }, 'list');
      log
        .child({ [key]: 'hunter2-is-it' })
        .child({ other: 1 })
        .info('child');
    });
    expect(text).not.toContain('hunter2');
    expect(text.match(/\[redacted\]/g)).toHaveLength(4);
  });

  test('A6 the token of a link is not written, wherever it comes from', () => {
    const link = `https://id.example.org/recovery/${TOKEN}`;
    const { text } = recording((log) => {
      log.info({ url: link }, `opened ${link}`);
      log.info('opened %s', link);
      log.error(new Error(`no such link: ${link}`, { cause: new Error(link) }));
      log.error({ err: new Error(link) }, 'failed');
      log.info({ link: new URL(link) }, 'x');
    });
    expect(text).not.toContain(TOKEN.slice(0, 20));
    expect(text).toContain('https://id.example.org/recovery/[redacted]');
  });

  test('A6 neither queries nor passwords of URLs are written', () => {
    const { text } = recording((log) => {
      log.info('GET /callback?code=123456&state=x');
      log.error(new Error('connect postgres://regain:hunter2@db/regain failed'));
    });
    expect(text).not.toMatch(/123456|hunter2/);
  });

  test('a request is its method and path, never its headers', () => {
    const request = new IncomingMessage(new Socket());
    Object.assign(request, { method: 'POST', url: '/token?x=1', headers: { authorization: 'Basic hunter2' } });
    const { lines } = recording((log) => log.info({ req: request }, 'request'));
    expect(lines[0]?.['req']).toEqual({ method: 'POST', path: '/token?***' });
  });

  test('what helps to find a fault stays: ids, statuses, codes of the system, the stack', () => {
    const id = '0190b2d4-7c1e-7b3a-9f00-1234567890ab';
    const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const { lines } = recording((log) => log.error({ accountId: id, statusCode: 500, err: error }, 'failed'));
    expect(lines[0]).toMatchObject({
      accountId: id,
      statusCode: 500,
      err: { code: 'ECONNREFUSED', message: 'refused' },
    });
    expect(JSON.stringify(lines[0])).toContain('log.test.ts');
  });

  test('bytes, cycles and strange objects do not break a line', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const { lines } = recording((log) =>
      log.info({ bytes: Buffer.from('hunter2'), cycle, map: new Map([['a', 1]]), big: 1n }),
    );
    expect(lines[0]).toMatchObject({ bytes: '[7 bytes]', map: '[Map]', big: '1' });
  });
});

describe('the reference number', () => {
  test('can be read out on the phone, and is never twice the same', () => {
    const numbers = Array.from({ length: 1000 }, reference);
    for (const number of numbers) expect(number).toMatch(/^R-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(numbers).size).toBe(1000);
  });

  test('of a fault is in the log', () => {
    let number = '';
    const { lines } = recording((log) => (number = logFault(log, new Error('broken'), { path: '/x' })));
    expect(lines[0]).toMatchObject({ level: 'error', reference: number, path: '/x', err: { message: 'broken' } });
  });
});
