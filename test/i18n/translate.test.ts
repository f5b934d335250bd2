import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AREAS, texts } from '../../src/i18n/catalogues.ts';
import { translator } from '../../src/i18n/translate.ts';

const en = translator('en');
const fr = translator('fr');

test('a text comes in the language asked for, without HTML escaping', () => {
  expect(en('common:error_prefix')).toBe('Error: ');
  expect(fr('common:error_prefix')).toBe('Erreur\u00a0: ');
  expect(en('messages:invitation_username', { username: `<b>"O'Neill" & sons</b>` })).toContain(
    `<b>"O'Neill" & sons</b>`,
  );
});

test('numbers: 0 and 1 are singular in French, only 1 in English; a million is a plural in both', () => {
  expect(en('messages:recovery_expiry', { count: 1 })).toContain('1 minute.');
  expect(en('messages:recovery_expiry', { count: 0 })).toContain('0 minutes.');
  expect(fr('messages:recovery_expiry', { count: 0 })).toContain('0 minute.');
  expect(fr('messages:recovery_expiry', { count: 1 })).toContain('1 minute.');
  expect(fr('messages:recovery_expiry', { count: 2 })).toContain('2 minutes.');
  expect(fr('messages:recovery_expiry', { count: 1_000_000 })).toContain('minutes.');
});

test('values are data: none of them names a text, an option or another placeholder', () => {
  const hostile = '$t(common:product) {{count}} {{- username}}';
  expect(en('messages:invitation_username', { username: hostile, lng: 'fr', defaultValue: 'x', ns: 'common' })).toBe(
    texts('en', 'messages')['invitation_username']?.replace('{{username}}', hostile),
  );
});

test('a text that does not exist or lacks a value is a fault, not a page with a key on it', () => {
  expect(() => Reflect.apply(en, undefined, ['common:no_such_text'])).toThrow('no text common:no_such_text in en');
  expect(() => en('messages:invitation_username')).toThrow('{{username}}');
});

test('every text that a view names by itself exists', () => {
  const views = new URL('../../views/', import.meta.url);
  const known = new Set(
    AREAS.flatMap((area) => Object.keys(texts('en', area)).map((key) => `${area}:${key.replace(/_(one|other)$/, '')}`)),
  );
  const named = readdirSync(views, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ejs'))
    .flatMap((file) =>
      [...readFileSync(new URL(file, views), 'utf8').matchAll(/\bt\(\s*(['"`])([^'"`]+)\1/g)].map((match) => ({
        file,
        key: match[2] ?? '',
      })),
    )
    .filter(({ key }) => !key.includes('${'));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ key }) => !known.has(key))).toEqual([]);
});
