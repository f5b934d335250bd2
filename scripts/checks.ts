import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Each tool by its own JavaScript, so that it runs on this Node and without a shell, also on Windows. */
const CHECKS = [
  { name: 'format', tool: '@biomejs/biome/bin/biome', args: ['ci', '--colors=off', '.'] },
  // Types too ("typeCheck"): one program of TypeScript's native compiler serves both, in a third of the time.
  { name: 'types and lint', tool: 'oxlint/bin/oxlint', args: ['--deny-warnings', '.'] },
  {
    name: 'directions',
    tool: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.mjs', 'src'],
  },
  { name: 'dead code', tool: 'knip/bin/knip.js', args: ['--no-progress'] },
] as const; // prettier-ignore

/**
 * Runs all checks of the code side by side (format, types with type-aware lint, directions, dead code) and prints each
 * one's verdict, with its output when it fails. Returns the names of those that failed.
 */
export async function runChecks(): Promise<string[]> {
  const results = await Promise.all(CHECKS.map(run));
  return results.filter(({ ok }) => !ok).map(({ name }) => name);
}

async function run({ name, tool, args }: (typeof CHECKS)[number]): Promise<{ name: string; ok: boolean }> {
  const began = performance.now();
  const child = spawn(process.execPath, [`${ROOT}node_modules/${tool}`, ...args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      output += String(error);
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const verdict = `${ok ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)\n`;
  process.stdout.write(ok ? verdict : `${verdict}${output.trimEnd().replaceAll(/^/gm, '        ')}\n`);
  return { name, ok };
}
