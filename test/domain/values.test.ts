import { describe, expect, it } from 'vitest';
import { DELAYS, delayAfter, FREE_ATTEMPTS } from '../../src/domain/back-off.ts';
import { parseDeviceName } from '../../src/domain/device-name.ts';
import { maskEmail, parseEmail, usernameKey } from '../../src/domain/email-address.ts';
import { parseShortCode } from '../../src/domain/one-time-code.ts';
import { judgePassword, leastLength, normalizePassword } from '../../src/domain/password-rules.ts';
import { countryOf, maskPhone, parsePhone, prefixOf } from '../../src/domain/phone.ts';
import { PRESETS } from '../../src/domain/presets.ts';

describe('short codes', () => {
  it.each([
    ['123456', '123456'],
    [' 123 456 ', '123456'],
    ['123-456', '123456'],
    ['12 34 56', '123456'],
    ['１２３４５６', '123456'],
    ['12345', undefined],
    ['1234567', undefined],
    ['12345a', undefined],
    ['', undefined],
  ])('%j is %j', (typed, code) => {
    expect(parseShortCode(typed)).toBe(code);
  });
});

describe('e-mail addresses', () => {
  it('are compared in lower case and kept as typed', () => {
    expect(parseEmail(' Jane.Doe@Example.COM ')).toEqual({
      address: 'Jane.Doe@Example.COM',
      key: 'jane.doe@example.com',
    });
  });
  it.each([
    '',
    'a',
    'a@b',
    'a b@c.de',
    'a@b..de',
    'a@-b.de',
    'a\r\nBcc: x@y.zz@b.de',
    '<a@b.de>',
    'a@b.de, c@d.ef',
    `${'x'.repeat(65)}@b.de`,
    'a\u0000@b.de',
    'a\u202e@b.de',
  ])('refuses %j', (typed) => {
    expect(parseEmail(typed)).toBeUndefined();
  });
  it('A21 folds no look-alikes: another spelling is another address', () => {
    expect(parseEmail('mıke@example.org')?.key).not.toBe(parseEmail('mike@example.org')?.key);
    expect(usernameKey('ＪＡＮＥ')).not.toBe(usernameKey('jane'));
  });
  it('are masked', () => {
    expect(maskEmail('jane.doe@example.co.uk')).toBe('j•••@e•••.uk');
  });
});

describe('phones', () => {
  it('are read in any notation and kept in E.164', () => {
    expect(parsePhone('079 123 45 67', 'CH')).toBe('+41791234567');
    expect(parsePhone('+33 6 12 34 56 78')).toBe('+33612345678');
  });
  it.each(['', '12', 'not a phone', '+41 900 123 456', '+33 899 12 34 56'])('refuses %j', (typed) => {
    expect(parsePhone(typed)).toBeUndefined();
  });
  it('have a country, a prefix and a mask', () => {
    expect(countryOf('+41791234567')).toBe('CH');
    expect(prefixOf('+41791234567')).toBe('+4179123');
    expect(maskPhone('+41791234567')).toBe('•• 67');
  });
});

const about = (typed: string, least = 8) =>
  judgePassword(typed, least, ['regain', 'jane.doe', 'Jane', 'jane@example.org']);

describe('names of devices', () => {
  it.each([
    ['http://evil', 'http: evil'],
    ['https://evil.example/sign-in?a=1', 'https: evil. example/sign-in?a=1'],
    ['see www.evil.example now', 'see www. evil. example now'],
    ['evil.example', 'evil. example'],
    ['EVIL。example', 'EVIL。 example'],
    ['evil．ｅｘａｍｐｌｅ', 'evil． ｅｘａｍｐｌｅ'],
    ['bücher.ελ', 'bücher. ελ'],
    ['x:\\\\evil', 'x: evil'],
    ['help@evil.example', 'help@evil. example'],
  ])('A28 %j is nothing that a mail program would link: %j', (typed, name) => {
    expect(parseDeviceName(typed)).toBe(name);
    expect(parseDeviceName(name)).toBe(name);
  });

  it.each(['Anna’s phone', 'iPhone 17.2 (work)', 'St. Gallen: kitchen', 'v2.0', 'A.', '…', 'c:/'])(
    '%j stays',
    (name) => {
      expect(parseDeviceName(name)).toBe(name);
    },
  );
});

describe('passwords', () => {
  it('PWD-01, PWD-02 need 15 characters alone and 8 beside a second factor', () => {
    expect(leastLength(PRESETS['password-sms'], false)).toBe(15);
    expect(leastLength(PRESETS['password-sms'], true)).toBe(8);
  });
  it('PWD-04 count code points, not bytes or units', () => {
    expect(about('🔑🔑🔑🔑🔑🔑🔑')).toBe('too-short');
    expect(about('🔑🔑🔑🔑🔑🔑🔑🔑')).toBeUndefined();
  });
  it('PWD-09 are the same in either Unicode form', () => {
    expect(normalizePassword('e\u0301te\u0301')).toBe('été');
  });
  it.each(['jane.doe', 'Jane-Doe-2026', 'regainregain', 'Regain!!2024'])(
    'PWD-10 refuses %j: it is about the person or the service',
    (typed) => {
      expect(about(typed)).toBe('about-you');
    },
  );
  it('PWD-10 refuses no part of a longer one', () => {
    expect(about('jane walks the dog at dawn')).toBeUndefined();
  });
  it('takes at least 64 characters, and has an end', () => {
    expect(about('x'.repeat(100))).toBeUndefined();
    expect(about('x'.repeat(257))).toBe('too-long');
  });
});

it('slows a guesser down from the sixth try on, up to an hour', () => {
  expect(DELAYS.slice(0, FREE_ATTEMPTS)).toEqual([0, 0, 0, 0, 0]);
  expect(delayAfter(5)).toBe(30);
  expect(delayAfter(6)).toBe(60);
  expect(delayAfter(99)).toBe(3_600);
  expect(DELAYS.at(-1)).toBe(3_600);
});
