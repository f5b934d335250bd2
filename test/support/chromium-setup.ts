import type { LaunchOptions } from 'playwright';
import type { TestProject } from 'vitest/node';
import { findChromium } from './chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    chromium: LaunchOptions | { readonly missing: string };
  }
}

/** Finds Chromium once for all browser tests. Without one those fail, each with the line that says why; the others run. */
export default async function setup(project: TestProject): Promise<void> {
  const found = await findChromium(say).catch((error: unknown) => ({ missing: String(error) }));
  if ('missing' in found) say(found.missing);
  project.provide('chromium', found);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
