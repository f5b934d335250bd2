import { type Browser, chromium } from 'playwright';
import { inject } from 'vitest';

/** The Chromium of the browser tests, launched; close it in `afterAll`. Rejects with what was tried when there is none. */
export async function launchBrowser(): Promise<Browser> {
  const found = inject('chromium');
  if ('missing' in found) throw new Error(found.missing);
  return chromium.launch(found);
}
