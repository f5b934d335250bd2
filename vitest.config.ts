import { defineConfig } from 'vitest/config';

/**
 * One runner for everything. `unit`: against a real PostgreSQL, SMTP, HTTP. `e2e`: in a real browser, after the others. Three files at a time of
 * the first, since each waits for much of its time; two of the second, since browsers do not.
 */
export default defineConfig({
  test: {
    // Declared here it runs once for both projects, which see what it provides.
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/reporter.ts'],
    teardownTimeout: 30_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          maxWorkers: 3,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.spec.ts'],
          globalSetup: ['test/support/chromium-setup.ts'],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
