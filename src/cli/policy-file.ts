import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Locale } from '../domain/message.ts';
import type { Policy } from '../domain/policy.ts';
import { isPreset, PRESETS } from '../domain/presets.ts';
import { Complaint } from './complaint.ts';

/** What a command takes where it takes a policy, for its help. */
export const PRESET_OR_FILE = `a preset (${Object.keys(PRESETS).join(', ')}) or a YAML or JSON file`;

/**
 * The policy of a preset, else of a file in YAML or JSON. Complains with every fault of the file: its line and column, its place in the
 * policy, and what fits there.
 */
export async function readPolicy(presetOrFile: string, locale: Locale = 'en'): Promise<Policy> {
  if (isPreset(presetOrFile)) return PRESETS[presetOrFile];
  // npm runs scripts in the project's folder, and says here where the caller stands.
  const path = resolve(process.env['INIT_CWD'] ?? '.', presetOrFile);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error && error.code !== 'ENOENT' ? ` (${String(error.code)})` : '';
    const presets = Object.keys(PRESETS).join(', ');
    throw new Complaint(`"${presetOrFile}" is neither a preset (${presets}) nor a file that can be read${why}`);
  });
  const { readPolicyText } = await import('../domain/policy-text/read.ts');
  const read = readPolicyText(text);
  if ('policy' in read) return read.policy;
  const [{ translator }, { faultLine }] = await Promise.all([
    import('../i18n/translate.ts'),
    import('../i18n/policy-words.ts'),
  ]);
  const t = translator(locale);
  const lines = read.faults.map((fault) => `  ${faultLine(t, fault)}`);
  throw new Complaint([`${presetOrFile} is no policy:`, ...lines].join('\n'));
}
