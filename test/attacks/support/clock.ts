import type { World } from '../../web/recovery/world.ts';

/** Stops the clock of this process while `work` runs: a lock of half a minute is not over before the test is. */
export async function clockStopped<T>(work: () => Promise<T>): Promise<T> {
  const going = Date.now;
  const at = going();
  Date.now = () => at;
  try {
    return await work();
  } finally {
    Date.now = going;
  }
}

const STEP_MS = 30_000;

/** Moves the clock on to the beginning of a step of authenticator apps, so that none ends while a test compares their codes. */
export function toNextStep({ later }: Pick<World, 'later'>): void {
  later(STEP_MS - (Date.now() % STEP_MS) + 500);
}
