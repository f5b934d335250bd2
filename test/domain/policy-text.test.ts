import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Policy, policySchema } from '../../src/domain/policy.ts';
import { pathText } from '../../src/domain/policy-text/fault.ts';
import { bareSchema, type JsonSchema } from '../../src/domain/policy-text/json-schema.ts';
import { readPolicyText } from '../../src/domain/policy-text/read.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { texts } from '../../src/i18n/catalogues.ts';
import { aboutPolicy, commentedPolicy, faultInWords } from '../../src/i18n/policy-words.ts';
import { translator } from '../../src/i18n/translate.ts';
import { policies } from './random-policies.ts';

const STRICT = commentedPolicy('en', PRESETS.strict);

/** "line:column path fault", in the order of the text. */
function faultsOf(text: string): string[] {
  const read = readPolicyText(text);
  if ('policy' in read) return [];
  return read.faults.map(({ line, column, path, fault }) => `${line}:${column} ${pathText(path)} ${fault}`);
}

/** The strict preset with a change to its text, and where the changed line is. */
function changed(from: string, to: string): { text: string; line: number } {
  const text = STRICT.replace(from, to);
  if (text === STRICT) throw new Error(`no ${from} in it`);
  return { text, line: STRICT.slice(0, STRICT.indexOf(from)).split('\n').length };
}

describe('what is written reads back the same', () => {
  it.each(Object.entries(PRESETS))('%s, in both languages and as JSON', (_name, preset) => {
    for (const text of [
      commentedPolicy('en', preset),
      commentedPolicy('fr', preset),
      JSON.stringify(preset, null, '\t'),
    ])
      expect(readPolicyText(text)).toEqual({ policy: preset });
  });

  it('any policy, whatever its name', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(policies, names, (policy, name) => {
        fc.pre(Object.values(policy.routes).every((ways) => new Set(ways.map(({ id }) => id)).size === ways.length));
        const named: Policy = policySchema.parse({ ...policy, name: name.slice(0, 80) });
        expect(readPolicyText(commentedPolicy('en', named))).toEqual({ policy: named });
      }),
      { numRuns: 200 },
    );
  });
});

describe('a fault has its line, its column and its path', () => {
  it.each([
    [
      'a slip in a key',
      'selfRecovery: true',
      'selfRecvery: true',
      ['6:1 selfRecovery missing-key', 'L:1 selfRecvery unknown-key-near'],
    ],
    ['a key that nothing resembles', 'selfRecovery: true', 'selfRecovery: true\nzebra: 1', ['+1:1 zebra unknown-key']],
    [
      'a key of objects in general',
      'selfRecovery: true',
      'selfRecovery: true\n__proto__: {a: 1}',
      ['+1:1 __proto__ unknown-key'],
    ],
    ['yes is a text in YAML 1.2', 'selfRecovery: true', 'selfRecovery: yes', ['L:15 selfRecovery not-yes-no']],
    ['an unknown proof', '[passkey-uv]', '[hope]', ['L:16 routes.sign-in[0].proofs[0] not-one-of']],
    ['a rule of routes', '[passkey-uv]', '[passkey-uv, passkey]', ['L:7 routes.sign-in[0].proofs one-for-both']],
    ['a name twice', 'id: password-alone', 'id: passkey-alone', ['L:11 routes.sign-in[3].id duplicate-id']],
    ['a key twice', 'selfRecovery: true', 'selfRecovery: true\nselfRecovery: false', ['+1:1  duplicate-key']],
    ['too long', 'smsCode: 600', 'smsCode: 601', ['L:12 lifetimes.smsCode too-big']],
    ['half a second', 'smsCode: 600', 'smsCode: 60.5', ['L:12 lifetimes.smsCode not-whole']],
    ['a tab', '  smsCode: 600', '\tsmsCode: 600', ['L:1  tab']],
    ['a colon that lacks', 'smsCode: 600', 'smsCode 600', ['L:3  missing-character']],
    ['an anchor', 'smsCode: 600', 'smsCode: &a 600', ['L:15  alias']],
    ['a tag', 'smsCode: 600', 'smsCode: !!binary aGk=', ['L:21  tag']],
    ['another policy', 'selfRecovery: true', 'selfRecovery: true\n---\nschema: 1', ['+1:1  several-documents']],
    ['a key that is a list', 'selfRecovery: true', 'selfRecovery: true\n? [a]\n: 1', ['+1:3  unreadable']],
  ])('%s', (_what, from, to, expected) => {
    const { text, line } = changed(from, to);
    const places = expected.map((one) => one.replace(/^L/, String(line)).replace(/^\+1/, String(line + 1)));
    expect(faultsOf(text)).toEqual(places);
  });

  it.each([
    ['', '1:1  empty'],
    ['# nothing\n', '1:1  empty'],
    ['[]', '1:1  not-mapping'],
    ['strict', '1:1  not-mapping'],
    ['{\n  "schema": 1,\n  "name" "x"\n}', '3:10  missing-character'],
  ])('%j', (text, expected) => {
    expect(faultsOf(text)).toEqual([expected]);
  });
});

describe('a text that is made to tire its reader is refused', () => {
  it.each([
    ['brackets', '['.repeat(49_000), 'too-deep'],
    ['braces', '{a: '.repeat(12_000), 'too-deep'],
    ['dashes', `a:\n  ${'- '.repeat(24_000)}`, 'too-deep'],
    ['indentation', Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), 'too-deep'],
    ['unknown keys', Array.from({ length: 5_000 }, (_, at) => `k${at}: 1`).join('\n'), 'missing-key'],
    ['length', 'a'.repeat(50_001), 'too-long'],
    [
      'aliases of aliases',
      Array.from(
        { length: 9 },
        (_, at) => `k${at}: &a${at} [${at ? `*a${at - 1}, *a${at - 1}, *a${at - 1}` : 'x'}]`,
      ).join('\n'),
      'alias',
    ],
  ])('%s', (_what, text, fault) => {
    expect(faultsOf(text)[0]).toMatch(new RegExp(` ${fault}$`));
  });

  it('no text makes it throw, and each fault has words in both languages', () => {
    const [en, fr] = [translator('en'), translator('fr')];
    const pieces = fc.array(
      fc.constantFrom(
        'a',
        ':',
        ' ',
        '\n',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '"',
        '&a',
        '*a',
        '!',
        '|',
        '\t',
        '0',
        '%',
        '?',
        '\\',
      ),
      { maxLength: 30 },
    );
    const cut = fc
      .tuple(fc.nat(STRICT.length), fc.nat(20), pieces)
      .map(([at, less, more]) => STRICT.slice(0, at) + more.join('') + STRICT.slice(at + less));
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((some) => some.join('')),
          cut,
        ),
        (text) => {
          const read = readPolicyText(text);
          if ('policy' in read) return;
          const lines = text.split('\n').length;
          for (const fault of read.faults) {
            expect(fault.line).toBeLessThanOrEqual(lines + 1);
            expect(faultInWords(en, fault)).not.toBe(faultInWords(fr, fault));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

const ROUTE = ['anyOf', 'anyOf.count', 'anyOf.of', 'heldFor', 'heldFor.email-code', 'heldFor.sms-code'].map(
  (key) => `route.${key}`,
);

it('every key says in both languages what it is for, and nothing else is spoken of', () => {
  const keys = (schema: JsonSchema, path: string): string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([key, below]) => {
      const here = path === '' ? key : `${path}.${key}`;
      return typeof below === 'object' ? [here, ...keys(below, here)] : [here];
    });
  const paths = [...keys(bareSchema(), ''), 'title', 'route.id', 'route.proofs', 'route.when', ...ROUTE];
  const spoken = Object.keys(texts('en', 'policy-language')).filter((key) => key.startsWith('about.'));
  expect(spoken.map((key) => key.slice('about.'.length)).toSorted()).toEqual(paths.toSorted());
  expect(paths.every((path) => aboutPolicy('fr', path))).toBe(true);
});
