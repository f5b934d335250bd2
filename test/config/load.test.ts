import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'regain-config-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const key = Buffer.alloc(32, 7).toString('base64');
const otherKey = Buffer.alloc(32, 9).toString('base64url');
const load = (env: Record<string, string>) => loadConfig({ REGAIN_DATA_DIR: dataDir, ...env });

function refusalOf(env: Record<string, string>): string {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

const production = {
  NODE_ENV: 'production',
  REGAIN_ISSUER: 'https://login.example.org',
  DATABASE_URL: 'postgres://regain:pw@db/regain',
  SMTP_URL: 'smtps://mail.example.org',
  REGAIN_MASTER_KEY: key,
};

describe('defaults', () => {
  test('an empty environment is a development server on localhost:3000', () => {
    const config = load({});
    expect(config).toMatchObject({
      production: false,
      issuerUrl: 'http://localhost:3000',
      host: '127.0.0.1',
      port: 3000,
      databaseUrl: undefined,
      dataDir,
      smtpUrl: undefined,
      mailFrom: 'Regain <no-reply@localhost>',
      smsUrl: undefined,
      smsSecret: undefined,
      demo: false,
      metricsPort: undefined,
      logLevel: 'info',
      trustProxy: 0,
      clientCertHeader: undefined,
      keyRotationDays: 90,
    });
    expect(config.masterKeys.map((each) => each.length)).toEqual([32]);
  });

  test('the data directory is ./.regain', () => {
    expect(loadConfig({ REGAIN_MASTER_KEY: key }).dataDir).toBe(join(process.cwd(), '.regain'));
  });

  test('an empty variable is an unset one', () => {
    expect(load({ PORT: '', DATABASE_URL: ' ', SMS_URL: '', REGAIN_DEMO: '' })).toMatchObject({
      port: 3000,
      databaseUrl: undefined,
      smsUrl: undefined,
      demo: false,
    });
  });

  test('the issuer on localhost follows PORT', () => {
    expect(load({ PORT: '4100' }).issuerUrl).toBe('http://localhost:4100');
  });

  test('production listens everywhere and writes from the issuer', () => {
    expect(load(production)).toMatchObject({
      production: true,
      host: '0.0.0.0',
      mailFrom: 'Regain <no-reply@login.example.org>',
    });
  });
});

describe('good values', () => {
  test.each([
    ['REGAIN_ISSUER', 'https://id.example.org/', { issuerUrl: 'https://id.example.org' }],
    ['REGAIN_ISSUER', ' https://ID.Example.org:443/auth/ ', { issuerUrl: 'https://id.example.org/auth' }],
    ['REGAIN_ISSUER', 'http://localhost:8080/a/b', { issuerUrl: 'http://localhost:8080/a/b' }],
    ['PORT', '8080', { port: 8080 }],
    ['HOST', '::1', { host: '::1' }],
    ['HOST', '[::1]', { host: '::1' }],
    ['HOST', 'localhost', { host: 'localhost' }],
    ['DATABASE_URL', 'postgresql:///regain?host=/run', { databaseUrl: 'postgresql:///regain?host=/run' }],
    ['SMTP_URL', 'smtp://u:p@mail:587', { smtpUrl: 'smtp://u:p@mail:587' }],
    ['MAIL_FROM', 'a@example.org', { mailFrom: 'a@example.org' }],
    ['MAIL_FROM', 'Zoé <zoe@example.org>', { mailFrom: 'Zoé <zoe@example.org>' }],
    ['SMS_URL', 'https://sms.example.org/send', { smsUrl: 'https://sms.example.org/send' }],
    ['SMS_URL', 'http://127.0.0.1:9/x', { smsUrl: 'http://127.0.0.1:9/x' }],
    ['SMS_SECRET', ' s3cret ', { smsSecret: ' s3cret ' }],
    ['REGAIN_DEMO', '1', { demo: true }],
    ['REGAIN_DEMO', '0', { demo: false }],
    ['METRICS_PORT', '9100', { metricsPort: 9100 }],
    ['LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['TRUST_PROXY', '2', { trustProxy: 2 }],
    ['KEY_ROTATION_DAYS', '0', { keyRotationDays: 0 }],
    ['NODE_ENV', 'test', { production: false }],
  ])('%s=%s', (name, value, expected) => {
    expect(load({ [name]: value })).toMatchObject(expected);
  });

  test('REGAIN_MASTER_KEY takes several keys, in base64 or base64url; the first one comes first', () => {
    const { masterKeys } = load({ REGAIN_MASTER_KEY: `${key}, ${otherKey}` });
    expect(masterKeys).toEqual([Buffer.alloc(32, 7), Buffer.alloc(32, 9)]);
  });
});

describe('bad values: one line with the variable, what it holds and what it takes', () => {
  test.each([
    ['NODE_ENV', 'prod', 'NODE_ENV is "prod"; it takes production, development or test'],
    ['REGAIN_ISSUER', 'id.example.org', 'REGAIN_ISSUER is "id.example.org"; it takes an http:// or https:// URL'],
    ['REGAIN_ISSUER', 'https://x.example/?a=1', 'REGAIN_ISSUER is "https://x.example/?***"'],
    ['REGAIN_ISSUER', 'https://x.example/#a', 'REGAIN_ISSUER is "https://x.example/?***"'],
    ['REGAIN_ISSUER', 'https://u:pw@x.example', 'REGAIN_ISSUER is "https://***@x.example"'],
    ['REGAIN_ISSUER', 'ftp://x.example', 'REGAIN_ISSUER is "ftp://x.example"'],
    ['REGAIN_ISSUER', 'https://x.example/a b', 'REGAIN_ISSUER is'],
    ['REGAIN_ISSUER', 'https://x.example/a//b', 'REGAIN_ISSUER is'],
    ['PORT', '0', 'PORT is "0"; it takes a port number from 1 to 65535'],
    ['PORT', '65536', 'PORT is "65536"; it takes a port number'],
    ['PORT', '3000x', 'PORT is "3000x"; it takes a port number'],
    ['PORT', '-1', 'PORT is "-1"'],
    ['PORT', '1e3', 'PORT is "1e3"'],
    ['HOST', 'a b', 'HOST is "a b"; it takes an IP address or a host name to listen on'],
    ['HOST', 'http://x', 'HOST is "http://x"'],
    ['DATABASE_URL', 'mysql://u:pw@h/d', 'DATABASE_URL is "mysql://***@h/d"; it takes postgres://'],
    ['DATABASE_URL', 'hunter2', 'DATABASE_URL is "***"; it takes postgres://'],
    ['SMTP_URL', 'mail.example.org:25', 'SMTP_URL is "***"; it takes smtp://'],
    ['SMTP_URL', 'smtp://', 'SMTP_URL is "smtp://"; it takes smtp://'],
    ['MAIL_FROM', 'nobody', 'MAIL_FROM is "nobody"; it takes an e-mail address'],
    ['MAIL_FROM', 'A <a@example.org>\r\nBcc: x@example.org', 'MAIL_FROM is "A <a@example.org>\\r\\nBcc'],
    ['MAIL_FROM', 'A\nB <a@example.org>', 'MAIL_FROM is "A\\nB'],
    ['SMS_URL', 'smpp://u:pw@h:1', 'SMS_URL is "smpp://***@h:1"; it takes the https:// or http:// URL'],
    ['SMS_URL', 'ftp://h', 'SMS_URL is "ftp://h"'],
    ['REGAIN_MASTER_KEY', 'short', 'REGAIN_MASTER_KEY is a secret of 5 characters; it takes 32 bytes in base64'],
    ['REGAIN_MASTER_KEY', `${key},`, 'REGAIN_MASTER_KEY is a secret of 45 characters'],
    ['REGAIN_MASTER_KEY', Buffer.alloc(31).toString('base64'), 'REGAIN_MASTER_KEY is a secret of 44 characters'],
    ['REGAIN_DEMO', 'true', 'REGAIN_DEMO is "true"; it takes 1 or 0'],
    ['METRICS_PORT', '3000', 'METRICS_PORT is "3000"; it takes another port than PORT, which is 3000'],
    ['METRICS_PORT', 'x', 'METRICS_PORT is "x"; it takes a port number'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud"; it takes fatal, error, warn, info, debug, trace or silent'],
    ['TRUST_PROXY', 'true', 'TRUST_PROXY is "true"; it takes the number of proxies in front of Regain'],
    [
      'CLIENT_CERT_HEADER',
      'X-Client-Cert',
      'CLIENT_CERT_HEADER is "X-Client-Cert"; it takes nothing while TRUST_PROXY is 0',
    ],
    ['TRUST_PROXY', '-1', 'TRUST_PROXY is "-1"'],
    ['REGAIN_DATA_DIR', 'a\0b', 'REGAIN_DATA_DIR is "a\\u0000b"; it takes the path of a directory'],
  ])('%s=%s', (name, value, line) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal).toContain(line);
    expect(refusal).not.toMatch(/[\p{Cc}]/u);
    expect(refusal).not.toContain('pw@');
  });

  test('a value of any length is one short line', () => {
    expect(refusalOf({ HOST: 'a'.repeat(100_000) }).length).toBeLessThan(250);
  });

  test('no master key is ever shown, not even a bad one', () => {
    const almost = `${key.slice(0, -4)}!!!!`;
    expect(refusalOf({ REGAIN_MASTER_KEY: almost })).not.toContain(almost.slice(0, 8));
  });
});

describe('production', () => {
  test('takes what is complete', () => {
    expect(refusalOf(production)).toBe('accepted');
  });

  test.each([
    ['REGAIN_ISSUER', undefined, 'REGAIN_ISSUER is not set; it takes the https:// URL of the provider in production'],
    [
      'REGAIN_ISSUER',
      'http://login.example.org',
      'REGAIN_ISSUER is "http://login.example.org"; it takes the https:// URL',
    ],
    ['DATABASE_URL', undefined, 'DATABASE_URL is not set; it takes postgres://'],
    ['SMTP_URL', undefined, 'SMTP_URL is not set; it takes smtp://'],
    ['REGAIN_MASTER_KEY', undefined, 'REGAIN_MASTER_KEY is not set; it takes 32 bytes in base64'],
    ['REGAIN_MASTER_KEY', ' ', 'REGAIN_MASTER_KEY is not set; it takes 32 bytes in base64'],
    ['REGAIN_DEMO', '1', 'REGAIN_DEMO is "1"; it takes nothing in production'],
  ])('refuses %s=%s', (name, value, line) => {
    expect(refusalOf({ ...production, [name]: value ?? '' })).toContain(line);
  });
});
