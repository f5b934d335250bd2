import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCrypto } from '../../src/crypto/crypto.ts';
import { ISSUER } from '../support/ports.ts';
import { useWorld } from '../web/recovery/world.ts';
import { toNextStep } from './support/clock.ts';
import { type FullRun, fullRun, type Secret } from './support/full-run.ts';

const world = useWorld();
let run: FullRun;
beforeAll(async () => {
  toNextStep(world());
  run = await fullRun(world(), await world().application('Notes'));
}, 120_000);

/** Six digits alone stand anywhere by chance, within longer numbers and times. */
function stands({ value }: Secret, text: string): boolean {
  return /^\d{6}$/.test(value) ? new RegExp(`(?<![\\d.:-])${value}(?![\\d:-])`).test(text) : text.includes(value);
}

const leaksIn = (text: string, except: (secret: Secret) => boolean = () => false) =>
  run.secrets.filter((secret) => !except(secret) && stands(secret, text)).map(({ what }) => what);

/** A value as bytes, and what a guesser could compute of one that can be guessed. */
function disguises(value: string): string[] {
  const bytes = Buffer.from(value);
  const guessable = /^\d{6}$/.test(value) || value.includes(' ');
  const digests = guessable ? ['md5', 'sha1', 'sha256', 'sha512'] : [];
  return [bytes, ...digests.map((name) => createHash(name).update(value).digest())].flatMap((one) => [
    one.toString('hex'),
    one.toString('base64'),
  ]);
}

describe('A6 nothing secret', () => {
  test('there was something to find', () => {
    expect(run.secrets.length).toBeGreaterThan(30);
    expect(run.pages.length).toBeGreaterThan(25);
    expect(run.exchanges.length).toBeGreaterThan(300);
    expect(run.dumps.join('').length).toBeGreaterThan(100_000);
    expect(world().log().split('\n').length).toBeGreaterThan(300);
  });

  test('in the log, at its most talkative', () => {
    expect(leaksIn(world().log())).toEqual([]);
  });

  test('in any answer but the one that gives it', () => {
    for (const exchange of run.exchanges) {
      const headers = [...exchange.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
      // What somebody typed into the address stands there already, and in the page's link to itself in the other language.
      const typed = ({ value }: Secret) => exchange.url.includes(encodeURIComponent(value));
      const text = `${headers}\n${exchange.body}`;
      const found = leaksIn(text, (secret) => typed(secret) || (secret.home?.(exchange) ?? false));
      expect([exchange.method, exchange.status, found]).toEqual([exchange.method, exchange.status, []]);
    }
  });

  test('in the address of a page that is shown, nor in where it leads', () => {
    for (const { heading, url, headers, links } of run.pages) {
      const away = links.map(({ href }) => href).filter((href) => !href.startsWith('/') && !href.startsWith(ISSUER));
      const known = away.filter((href) => !href.startsWith('otpauth:'));
      expect([heading, leaksIn(url.href), leaksIn(known.join('\n'))]).toEqual([heading, [], []]);
      expect([heading, headers.get('referrer-policy')]).toEqual([heading, 'no-referrer']);
      expect([heading, headers.get('cache-control')]).toEqual([heading, 'no-store']);
    }
  });

  test('in an e-mail or a text but the one that brings it', () => {
    const mails = world().mails.map(({ raw, text, html }) => [raw, text, html].join('\n'));
    expect(leaksIn(mails.join('\n'), ({ mailed = false }) => mailed)).toEqual([]);
    const texts = world().texts.map(({ text }) => text);
    expect(leaksIn(texts.join('\n'), ({ what }) => what === 'a code by SMS')).toEqual([]);
  });
});

describe('A29 a copy of the database', () => {
  test('holds none of them, neither plain nor as bytes, nor as what a guesser could compute', () => {
    const text = run.dumps.join('\n');
    expect(leaksIn(text)).toEqual([]);
    const found = run.secrets.filter(({ value }) => disguises(value).some((disguise) => text.includes(disguise)));
    expect(found.map(({ what }) => what)).toEqual([]);
  });

  test('opens nothing without the master key: no key that signs, no key of an app, no code', async () => {
    const { crypto, config, database } = world().running.context;
    const text = run.dumps.join('\n');
    for (const { jwk } of await database.keys.published(Date.now())) expect(text).not.toContain(jwk.d);
    for (const key of config.masterKeys)
      for (const form of ['hex', 'base64', 'base64url'] as const) expect(text).not.toContain(key.toString(form));

    const thief = createCrypto([Buffer.alloc(32, 1)]);
    const sealed = [...text.matchAll(/"id":"([0-9a-f-]{36})"[^\n]*"totp_secret":"\\\\x([0-9a-f]+)"/g)];
    expect(sealed.length).toBeGreaterThan(0);
    for (const [, id, hex = ''] of sealed) {
      const bytes = Buffer.from(hex, 'hex');
      expect(crypto.open(bytes, `credential:${id}`)).toMatch(/^[A-Z2-7]{32}$/);
      expect(() => thief.open(bytes, `credential:${id}`)).toThrow(/./);
    }
    // A short code is its keyed hash: right under our key, nothing under another one.
    const row =
      /one_time_codes \{"id":"([0-9a-f-]{36})","purpose":"recovery-link"[^\n]*"code_hash":"\\\\x([0-9a-f]+)"/g;
    const short = run.secrets.find(({ what }) => what === 'a short code')?.value ?? '';
    const isOne = (kit: typeof thief) =>
      [...text.matchAll(row)].some(
        ([, id = '', hex]) => kit.hashCode('recovery-code', id, short).toString('hex') === hex,
      );
    expect([isOne(crypto), isOne(thief)]).toEqual([true, false]);
  });
});
