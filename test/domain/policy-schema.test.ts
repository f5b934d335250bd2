import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { policySchema } from '../../src/domain/policy.ts';
import { readPolicyText } from '../../src/domain/policy-text/read.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { policyJsonSchema } from '../../src/i18n/policy-words.ts';
import { patched } from './merge-patch.ts';

/** The published schema, as a validator that knows nothing of ours. */
const published = z.fromJSONSchema(JSON.parse(JSON.stringify(policyJsonSchema('en'))));
const takes = (document: unknown) => published.safeParse(document).success;

/** Whether the structure is at fault: what `superRefine` says of routes comes after it. */
const isStructural = (document: unknown) =>
  policySchema.safeParse(document).error?.issues.some(({ code }) => code !== 'custom') ?? false;

it.each(Object.entries(PRESETS))('takes the preset %s', (_name, preset) => {
  expect(takes(preset)).toBe(true);
});

it('takes every example of docs/policy.md', () => {
  const text = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
  const examples = [...text.matchAll(/Example: preset `([\w-]+)`[^#]*?```json\n([^#]*?)```/g)];
  const presets: Readonly<Record<string, unknown>> = PRESETS;
  const documents = examples.map(([, preset = '', patch = '']) => patched(presets[preset], JSON.parse(patch)));
  expect(documents.length).toBeGreaterThan(20);
  expect(documents.filter((one) => !takes(one))).toEqual([]);
});

it('takes a file that names it, and so does the reader', () => {
  const named = { $schema: 'http://localhost:3000/policy.schema.json', ...PRESETS.strict };
  expect(takes(named)).toBe(true);
  expect(readPolicyText(JSON.stringify(named))).toEqual({ policy: PRESETS.strict });
});

/** A document, a place in it, and what is put there. */
const changes = fc
  .record({
    preset: fc.constantFrom(...Object.values(PRESETS)),
    at: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
    put: fc.oneof(
      fc.constantFrom<unknown>(
        undefined,
        null,
        true,
        '',
        'x',
        'A b',
        [],
        {},
        [''],
        'totp',
        'phr',
        'bound',
        ['totp', 'x'],
        [{ id: 'x' }],
      ),
      fc.integer({ min: -1, max: 10_000_000 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ maxLength: 100 }),
    ),
    key: fc.constantFrom(undefined, undefined, 'nothing', 'schema', 'offered'),
  })
  .map(({ preset, at, put, key }) => {
    const document: unknown = structuredClone(preset);
    let here: unknown = document;
    for (const [depth, step] of at.entries()) {
      if (typeof here !== 'object' || here === null) break;
      const keys = Object.keys(here);
      const name = depth === at.length - 1 && key ? key : keys[step % Math.max(1, keys.length)];
      if (name === undefined) break;
      const below: unknown = Reflect.get(here, name);
      if (depth === at.length - 1 || typeof below !== 'object') {
        if (put === undefined) Reflect.deleteProperty(here, name);
        else Reflect.set(here, name, put);
        break;
      }
      here = below;
    }
    return document;
  });

it('refuses what the structure of a policy refuses, and nothing else', () => {
  const met = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(changes, (document) => {
      const refused = isStructural(document);
      met[refused ? 'refused' : 'taken'] += 1;
      expect(takes(document)).toBe(!refused);
    }),
    { numRuns: 3_000 },
  );
  expect(met.taken).toBeGreaterThan(100);
  expect(met.refused).toBeGreaterThan(1_000);
});
