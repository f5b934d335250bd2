import { describe, expect, test } from 'vitest';
import { septets, toGsm7 } from '../../src/delivery/gsm7.ts';
import { writeSms } from '../../src/delivery/sms-text.ts';
import { LOCALES } from '../../src/domain/message.ts';
import { texts } from '../../src/i18n/catalogues.ts';
import { circumstances, ISSUER, NOTICES } from './messages.ts';

const MONTHS = Array.from({ length: 12 }, (_, month) => Date.UTC(2026, month, 28, 23, 59));

describe.each(LOCALES)('in %s', (locale) => {
  const code = writeSms({ template: 'code', code: '123456' }, locale, ISSUER);

  test('a code: code first, the name, the last line for autofill (STANDARDS B-04)', () => {
    const lines = code.split('\n');
    expect(lines[0]).toMatch(/^123456 .*Regain/);
    expect(lines.at(-1)).toBe('@id.example.org #123456');
    expect(septets(code)).toBeLessThanOrEqual(160);
  });

  test.each(NOTICES)('%s: one part of GSM-7 in every month, no link', (notice) => {
    const all = MONTHS.map((at) =>
      writeSms({ template: 'notice', notice, circumstances: { ...circumstances, at } }, locale, ISSUER),
    );
    expect(all.map((text) => septets(text) ?? 1_000).filter((length) => length > 160)).toEqual([]);
    expect(all.join('\n')).not.toMatch(/https?:|www\.|example/);
    expect(all[0]).toMatch(/^Regain ?:/);
  });

  test.each([
    { template: 'emergency-half', code: '7K2M-7K2M-7K2M-7K2M' },
    { template: 'emergency-request' },
    { template: 'emergency-request-refused' },
  ] as const)('$template: one part of GSM-7, no link', (content) => {
    const text = writeSms(content, locale, ISSUER);
    expect(septets(text)).toBeLessThanOrEqual(160);
    expect(text).not.toMatch(/https?:|www\.|example/);
    expect(text.startsWith('code' in content ? content.code : 'Regain')).toBe(true);
  });

  test('only typography is lost to the alphabet: no word is spelt wrong', () => {
    const words = Object.entries(texts(locale, 'messages')).filter(([key]) => /^sms_|_sms$/.test(key));
    expect(words.length).toBe(NOTICES.length + 6);
    const letters = words.map(([, text]) => text.replaceAll(/[’\u00a0\u202f]|\{\{\w+\}\}/g, ''));
    expect(letters.filter((text) => toGsm7(text) !== text)).toEqual([]);
  });
});

test('the last line names the host alone: no port, no path', () => {
  const text = writeSms({ template: 'code', code: '000111' }, 'en', new URL('http://localhost:3000/id'));
  expect(text.endsWith('\n@localhost #000111')).toBe(true);
});

test('a long host name takes the words, never the code, the last line or a second part', () => {
  const host = `${'sign-in.'.repeat(12)}example.org`;
  const text = writeSms({ template: 'code', code: '123456' }, 'fr', new URL(`https://${host}`));
  expect(text.startsWith('123456 Regain')).toBe(true);
  expect(text.endsWith(`\n@${host} #123456`)).toBe(true);
  expect(septets(text)).toBeLessThanOrEqual(160);
});

test.each([
  ['é è à ù', 4 + 3],
  ['€{}', 6],
  ['ç', undefined],
  ['’', undefined],
  ['\u00a0', undefined],
  ['œ', undefined],
])('“%s” takes %s septets', (text, count) => {
  expect(septets(text)).toBe(count);
});

test('what the alphabet lacks is folded, the rest becomes a question mark', () => {
  expect(toGsm7('L’été : ça coûte 5\u00a0€… « œuf » 😀')).toBe(`L'été : ca coute 5 €... " oeuf " ?`);
});
