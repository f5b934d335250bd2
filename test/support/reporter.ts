import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What a run came to. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts every test of all projects. A file that cannot be loaded, a hook that fails, an error that nobody caught and a
 * run without any test count as failures too. `scripts/test.ts` is sent the tally and prints it; a plain `vitest run`
 * prints `N passed, N failed` when the process ends, after everything that vitest writes.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tally = count(modules, unhandled);
    if (process.send) process.send(tally);
    else process.once('exit', () => process.stdout.write(`${closingLine(tally)}\n`));
    if (tally.failed > 0) process.exitCode = 1;
  }
}

export function closingLine({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}

function count(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const passed = tests.filter((test) => test.result().state === 'passed').length;
  // Neither passed nor skipped on purpose: also what never ran because its worker died.
  const notPassed = tests.filter((test) => ['failed', 'pending'].includes(test.result().state)).length;
  const hooks = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const brokenHooks = hooks.filter((part) => part.errors().length > 0).length;
  const failed = notPassed + brokenHooks + unhandled.length;
  return { passed, failed: passed + failed === 0 ? 1 : failed };
}
