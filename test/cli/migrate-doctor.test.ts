import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, startMailSink, startSmsSink } from '../support/sinks.ts';
import { jsonOf, useRegain } from './regain.ts';

const { regain, here } = useRegain('empty');

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly says: string;
}

async function doctor(
  env: Record<string, string> = {},
): Promise<{ code: number | null; of: (check: string) => Finding | undefined }> {
  const ran = await here(['doctor', '--json'], env);
  const answer: { ok?: boolean; checks?: Finding[] } = jsonOf(ran);
  expect(answer.ok).toBe(ran.code === 0);
  return { code: ran.code, of: (check) => answer.checks?.find((finding) => finding.check === check) };
}

describe('a database of somebody', () => {
  test('is not migrated by the way: the command says what to run; doctor too', async () => {
    const ran = await regain(['user', 'show', 'a', '--json']);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(
      /^regain: the database is not up to date \(0001-accounts, .*\): run "npm run regain -- migrate" first\n$/,
    );
    const { code, of } = await doctor();
    expect(code).toBe(1);
    expect(of('migrations')).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('npm run regain -- migrate'),
    });
    expect(of('database')).toMatchObject({ state: 'ok' });
  });

  test('migrate: applies what lacks, once, also when two do it at the same moment', async () => {
    const ran = await Promise.all([1, 2].map(() => regain(['migrate', '--json'])));
    const applied = ran.map((each) => jsonOf(each)['applied']);
    expect(applied).toContainEqual(expect.arrayContaining(['0001-accounts']));
    expect(applied).toContainEqual([]);
    expect(await here(['migrate'])).toEqual({ code: 0, stdout: 'The database is up to date.\n', stderr: '' });
  });
});

describe('doctor', () => {
  let issuer: Server;
  let port = 0;
  let document: object = {};
  let status = 200;
  beforeAll(async () => {
    issuer = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(document)));
    port = await freePort();
    await new Promise<void>((resolve) => issuer.listen(port, '127.0.0.1', resolve));
  });
  afterAll(() => issuer.close());

  test('all is well: exit 0, and nothing was sent', async () => {
    const [mail, sms] = [await startMailSink(), await startSmsSink()];
    const REGAIN_ISSUER = `http://127.0.0.1:${port}`;
    document = { issuer: REGAIN_ISSUER };
    try {
      const { code, of } = await doctor({ REGAIN_ISSUER, SMTP_URL: mail.url, SMS_URL: sms.url });
      const names = ['configuration', 'proxy', 'database', 'clock', 'migrations', 'keys', 'smtp', 'sms', 'issuer'];
      expect(names.map((name) => `${name} ${of(name)?.state}`)).toEqual(names.map((name) => `${name} ok`));
      expect(code).toBe(0);
      expect([mail.offered, mail.messages, sms.messages]).toEqual([0, [], []]);
    } finally {
      await Promise.all([mail.close(), sms.close()]);
    }
  });

  test('with nothing set and nothing running there are notes, not faults', async () => {
    const { code, of } = await doctor({ REGAIN_ISSUER: `http://localhost:${await freePort()}` });
    expect(['smtp', 'sms', 'issuer'].map((name) => of(name)?.state)).toEqual(['note', 'note', 'note']);
    expect(code).toBe(0);
  });

  test('each thing that is wrong is named with what to mend, and the exit code is 1', async () => {
    document = { issuer: 'https://somebody.example' };
    const { code, of } = await doctor({
      REGAIN_ISSUER: `http://127.0.0.1:${port}`,
      SMTP_URL: 'smtp://user:hunter2@127.0.0.1:1',
      SMS_URL: 'http://127.0.0.1:1/send',
    });
    expect(code).toBe(1);
    expect(of('smtp')).toMatchObject({ state: 'wrong', says: expect.stringContaining('SMTP_URL') });
    expect(of('smtp')?.says).not.toContain('hunter2');
    expect(of('sms')).toMatchObject({ state: 'wrong', says: expect.stringContaining('SMS_URL') });
    expect(of('issuer')).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('calls itself https://somebody.example'),
    });
    status = 502;
    expect((await doctor({ REGAIN_ISSUER: `http://127.0.0.1:${port}` })).of('issuer')).toMatchObject({
      state: 'wrong',
    });
  });

  test('another master key than the one that sealed the keys', async () => {
    await here(['keys', 'rotate']);
    const { code, of } = await doctor({ REGAIN_MASTER_KEY: Buffer.alloc(32, 6).toString('base64') });
    expect(code).toBe(1);
    expect(of('keys')).toMatchObject({ state: 'wrong', says: expect.stringContaining('REGAIN_MASTER_KEY') });
  });

  test('a database that does not answer', async () => {
    const { code, of } = await doctor({ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' });
    expect(code).toBe(1);
    expect(of('database')?.says).toContain('postgres://***@127.0.0.1:1/x');
    expect(of('keys')).toBeUndefined();
  });

  test('an https issuer stands behind a proxy, which TRUST_PROXY must count', async () => {
    const at = { REGAIN_ISSUER: 'https://127.0.0.1:1' };
    expect((await doctor(at)).of('proxy')).toMatchObject({
      state: 'note',
      says: expect.stringContaining('TRUST_PROXY is 0'),
    });
    expect((await doctor({ ...at, TRUST_PROXY: '1' })).of('proxy')).toMatchObject({ state: 'ok' });
  });

  test('a variable that is bad is the first thing to mend', async () => {
    const { code, of } = await doctor({ PORT: 'x' });
    expect(code).toBe(1);
    expect(of('configuration')).toEqual({
      check: 'configuration',
      state: 'wrong',
      says: 'PORT is "x"; it takes a port number from 1 to 65535',
    });
    expect(of('database')).toBeUndefined();
  });
});
