import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Policy, policySchema } from '../domain/policy.ts';
import { isPreset, PRESETS } from '../domain/presets.ts';
import { Complaint } from './complaint.ts';

/**
 * The policy of a preset, else of a JSON file. Complains with the line and column of a slip in the JSON, or with each place
 * (`routes.sign-in.0.proofs`) that does not fit, and says what fits.
 */
export async function readPolicy(presetOrFile: string): Promise<Policy> {
  if (isPreset(presetOrFile)) return PRESETS[presetOrFile];
  // npm runs scripts in the project's folder, and says here where the caller stands.
  const path = resolve(process.env['INIT_CWD'] ?? '.', presetOrFile);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error && error.code !== 'ENOENT' ? ` (${String(error.code)})` : '';
    const presets = Object.keys(PRESETS).join(', ');
    throw new Complaint(`"${presetOrFile}" is neither a preset (${presets}) nor a file that can be read${why}`);
  });
  const checked = policySchema.safeParse(parse(presetOrFile, text));
  if (checked.success) return checked.data;
  const places = checked.error.issues.map((issue) => `  ${issue.path.join('.') || '(all of it)'}: ${issue.message}`);
  throw new Complaint([`${presetOrFile} is no policy:`, ...places].join('\n'));
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new Complaint(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
