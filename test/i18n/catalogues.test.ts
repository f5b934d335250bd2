import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOCALES, type Locale } from '../../src/domain/message.ts';
import { AREAS, type Area, texts } from '../../src/i18n/catalogues.ts';
import { frenchFaults } from './french.ts';

const NAMES_OF_LANGUAGES = 'common:language_en';

const entries = (locale: Locale, areas: readonly Area[] = AREAS) =>
  areas.flatMap((area) => Object.entries(texts(locale, area)).map(([key, text]) => [`${area}:${key}`, text] as const));

/** Which there are; a text may name one more often in one language than in the other. */
const placeholders = (text: string) => [...new Set(text.match(/\{\{.*?\}\}/g) ?? [])].toSorted();

/** Of a singular without the count: it may say "one" or "a" where the other language has the number. */
const needed = (key: string, text = '') =>
  placeholders(text)
    .filter((placeholder) => !(key.endsWith('_one') && placeholder === '{{count}}'))
    .join(' ');

/** Not `{{a}}` but `{a}`, `{{ a }}` or `$t(…)`: i18next would leave or change them without a word. */
const oddPlaceholder = /\{\{[^a-zA-Z}]|[^a-zA-Z{}]\}\}|\$t\(|(?<!\{)\{(?!\{)|(?<!\})\}(?!\})/;

test.each(LOCALES)('%s: every catalogue file is an area and every area has its file', (locale) => {
  const files = readdirSync(new URL(`../../locales/${locale}/`, import.meta.url)).toSorted();
  expect(files).toEqual(AREAS.map((area) => `${area}.json`).toSorted());
});

describe.each(AREAS)('%s', (area) => {
  const english = Object.entries(texts('en', area));
  const french = texts('fr', area);

  test('has the same keys in both languages', () => {
    expect(Object.keys(french).toSorted()).toEqual(english.map(([key]) => key).toSorted());
  });

  test('has the same placeholders in both languages', () => {
    const odd = english.filter(([key, text]) => needed(key, text) !== needed(key, french[key]));
    expect(odd).toEqual([]);
  });

  test('has both numbers wherever it has one, and a count in the plural', () => {
    const odd = LOCALES.flatMap((locale) => Object.entries(texts(locale, area)))
      .filter(([key]) => /_(one|other)$/.test(key))
      .filter(([key, text]) => {
        const base = key.replace(/_(one|other)$/, '');
        const both = english.filter(([other]) => other === `${base}_one` || other === `${base}_other`).length === 2;
        return !both || (key.endsWith('_other') && !text.includes('{{count}}'));
      });
    expect(odd).toEqual([]);
  });

  test.each(LOCALES)('%s: no key stands twice in its file', (locale) => {
    const source = readFileSync(new URL(`../../locales/${locale}/${area}.json`, import.meta.url), 'utf8');
    const keys = [...source.matchAll(/^\s*"([^"]+)":/gm)].map((match) => match[1]);
    expect(keys).toEqual(Object.keys(texts(locale, area)));
  });
});

test.each(LOCALES)('%s: nothing is empty, padded by accident or oddly written', (locale) => {
  const bad = entries(locale).filter(
    ([key, text]) =>
      text.trim() === '' || oddPlaceholder.test(text) || (text !== text.trim() && !key.endsWith('_prefix')),
  );
  expect(bad).toEqual([]);
});

test('English: typographic apostrophes and quotes, a real ellipsis', () => {
  const bad = entries('en').filter(([, text]) => /['"]|\.\.\.|[\u00a0\u202f][;:!?]/.test(text));
  expect(bad).toEqual([]);
});

test('French: true typography and vouvoiement (STANDARDS L-01, L-02)', () => {
  const bad = entries('fr')
    .filter(([key]) => key !== NAMES_OF_LANGUAGES)
    .map(([key, text]) => [key, text, frenchFaults(text)] as const)
    .filter(([, , faults]) => faults.length > 0);
  expect(bad).toEqual([]);
});

test.each([
  ['Une seconde ! ', 'U+202F before ; ! ?'],
  ['Perdus?', 'U+202F before ; ! ?'],
  ['Attendez\u00a0;', 'U+202F before ; ! ?'],
  ['« ici »', 'U+202F inside « »'],
  ['Erreur :', 'U+00A0 before a colon'],
  ['Erreur\u202f: non', 'U+00A0 before a colon'],
  ['100 %', 'U+00A0 before % and €'],
  ["l'e-mail", 'the apostrophe ’'],
  ['le "code"', 'no straight quotes'],
  ['Attendez...', 'the ellipsis …'],
  ['A la fin', 'accents on capitals'],
  ['Entre ton code', 'vouvoiement'],
  ['Je t’envoie un code', 'vouvoiement'],
])('the French rules find the fault in “%s”', (text, fault) => {
  expect(frenchFaults(text)).toContain(fault);
});

test('the French rules leave good text and addresses alone', () => {
  const good =
    'Attention\u202f! «\u202fOui\u202f» ou non\u202f? Le code\u00a0: {{code}}, sur https://exemple.fr/?a=b. L’attente dure 5\u00a0%.';
  expect(frenchFaults(good)).toEqual([]);
});
