import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { policySchema } from '../../../src/domain/policy.ts';
import { readPolicyText } from '../../../src/domain/policy-text/read.ts';
import { isPreset, PRESETS } from '../../../src/domain/presets.ts';
import { FINDING_NAMES } from '../../../src/domain/proof-of-policy/findings.ts';
import { errorsIn, proofOf } from '../../../src/domain/proof-of-policy/proof-of-policy.ts';
import { patched } from '../merge-patch.ts';

/** `docs/policy.md`: a heading for each finding, its severity, a preset and a change to it. */
const text = readFileSync(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
const EXAMPLE = /^### (\S+)\n\n\*(error|warning)\.\*[^#]*?Example: preset `([\w-]+)`[^#]*?```json\n([^#]*?)```/gm;
const examples = [...text.matchAll(EXAMPLE)].map(([, name = '', severity = '', preset = '', patch = '']) => ({
  name,
  severity,
  preset,
  patch: JSON.parse(patch) as unknown,
}));

it('has every finding once, in the order of their names in the code', () => {
  expect(examples.map(({ name }) => name)).toEqual([...FINDING_NAMES]);
});

it.each(examples)('$name is found where $preset is changed so', ({ name, severity, preset, patch }) => {
  if (!isPreset(preset)) throw new Error(`no preset ${preset}`);
  const { findings } = proofOf(policySchema.parse(patched(PRESETS[preset], patch)));
  expect(findings.map((one) => `${one.severity} ${one.name}`)).toContain(`${severity} ${name}`);
});

/** Those in YAML: a preset, and what changes it, which is read as whoever writes it does. */
const written = [...text.matchAll(/```yaml\n# ([\w-]+), changed by\n([^]*?)```/g)].map(
  ([, preset = '', patch = '']) => ({
    preset,
    patch,
  }),
);

it.each(written)('$preset changed by $patch is a policy, and safe', ({ preset, patch }) => {
  if (!isPreset(preset)) throw new Error(`no preset ${preset}`);
  const read = readPolicyText(JSON.stringify(patched(PRESETS[preset], parse(patch))));
  if (!('policy' in read)) throw new Error(JSON.stringify(read.faults));
  expect(read.policy).not.toEqual(PRESETS[preset]);
  expect(errorsIn(proofOf(read.policy).findings)).toEqual([]);
});

it('has an example of choices, of changes, of what waits, and of for whom it is on', () => {
  expect(written.map(({ preset }) => preset)).toEqual(['password-sms', 'strict', 'restore-code', 'password-sms']);
});
