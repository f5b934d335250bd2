import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { isAuthenticator } from '../../../src/domain/proof.ts';
import { expand } from '../../../src/domain/way.ts';

const document = readFileSync('docs/assurance.md', 'utf8');
const named = [...document.matchAll(/`(test\/[^`]+)`: "([^"]+)"/g)].map(([, file = '', name = '']) => ({ file, name }));
const ranges = [
  [1, 3],
  [10, 17],
  [20, 27],
  [30, 33],
  [40, 44],
] as const;
const lines = ranges.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, at) => `REC-${String(first + at).padStart(2, '0')}`),
);

it('docs/assurance.md has every line of section 4.2 once, and nothing that is met without a test', () => {
  const rows = document.split('\n').filter((row) => row.startsWith('| REC-'));
  const firsts = rows.flatMap((row) => (row.split('|')[1] ?? '').match(/REC-\d\d/g) ?? []);
  expect(firsts).toEqual(lines);
  const bare = rows.filter((row) => !row.includes('`test/') && !/do(es)? not apply/.test(row));
  expect(bare).toEqual([]);
});

it.each(named)('$file has "$name", as docs/assurance.md says', ({ file, name }) => {
  expect(readFileSync(file, 'utf8')).toContain(name);
});

const RECOVERIES = ['reset-password', 'reset-second-factor', 'reset-both', 'lift-freeze', 'emergency-code'] as const;
const { strict } = PRESETS;
const ways = (when: 'bound' | 'unbound') =>
  RECOVERIES.flatMap((goal) => strict.routes[goal])
    .filter((route) => (route.when ?? when) === when)
    .flatMap((route) => expand(route, strict));

it('every recovery of strict asks for a saved and an issued code, or for a code and an authenticator that is still bound (REC-41)', () => {
  for (const { proofs } of ways('bound')) {
    const saved = proofs.includes('restore-code');
    const issued = proofs.includes('email-code') || proofs.includes('sms-code');
    const bound = proofs.some((kind) => kind === 'password' || isAuthenticator(kind));
    expect([proofs, (saved && issued) || ((saved || issued) && bound)]).toEqual([proofs, true]);
  }
});

it('strict recovers by no code alone, bound to a second factor or not', () => {
  for (const { proofs } of [...ways('bound'), ...ways('unbound')]) expect(proofs.length).toBeGreaterThan(1);
});
