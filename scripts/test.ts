import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { closingLine, type Tally } from '../test/support/reporter.ts';
import { runChecks } from './checks.ts';

interface Outcome {
  /** Undefined when vitest died before it could count. */
  readonly tally: Tally | undefined;
  /** Null after a signal. */
  readonly code: number | null;
}

/**
 * `npm test`: all checks of the code, then all tests, then one closing line `N passed, N failed` in which each check
 * that failed counts as one. Arguments go to vitest: `npm test -- test/crypto`.
 */
const failedChecks = await runChecks();
const { passed, failed } = explain(await runVitest());
if (failedChecks.length > 0) process.stdout.write(`checks that failed: ${failedChecks.join(', ')}\n`);
process.stdout.write(`${closingLine({ passed, failed: failed + failedChecks.length })}\n`);
process.exitCode = failed + failedChecks.length > 0 ? 1 : 0;

async function runVitest(): Promise<Outcome> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url)), 'run', ...process.argv.slice(2)],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  );
  // Ctrl-C reaches vitest by itself; this process stays to say what came of it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill());
  let tally: Tally | undefined;
  child.on('message', (message) => {
    if (isTally(message)) tally = message;
  });
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ tally, code }));
  });
}

/** A vitest that ends badly without naming a failed test has failed once. */
function explain({ tally, code }: Outcome): Tally {
  if (tally && (code === 0 || tally.failed > 0)) return tally;
  process.stdout.write(`vitest ended with ${code ?? 'a signal'} and names no failed test\n`);
  return { passed: tally?.passed ?? 0, failed: 1 };
}

function isTally(message: unknown): message is Tally {
  return typeof message === 'object' && message !== null && 'passed' in message && 'failed' in message;
}
