import { afterEach, expect, it, vi } from 'vitest';
import { createJobs } from '../../src/store/jobs.ts';
import { useStore } from './fixture.ts';

const fixture = useStore();
const MINUTE = 60_000;
const deaf = { deliver: async () => {}, tellLogout: async () => {} };

afterEach(() => vi.useRealTimers());

it('does each minute what is due, also where something before it failed, and finishes it before it stops', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const warnings: unknown[] = [];
  const log = { warn: (...line: unknown[]) => void warnings.push(line[1]), error: () => {} };
  const purged: number[] = [];
  const purge = async (limit: number) => {
    purged.push(limit);
    throw new Error('no disk');
  };
  let done = 0;
  const released = Promise.withResolvers<void>();
  const everyMinute = async () => {
    if (done === 1) await released.promise;
    done += 1;
    if (done === 1) throw new Error('one account would not close');
  };
  const jobs = createJobs(fixture().url, purge, log);
  await jobs.start({ ...deaf, everyMinute });
  vi.advanceTimersByTime(MINUTE - 1);
  expect(purged).toEqual([]);
  vi.advanceTimersByTime(1);
  await vi.waitFor(() => expect(warnings).toHaveLength(2));
  expect(done).toBe(1);

  vi.advanceTimersByTime(MINUTE);
  await vi.waitFor(() => expect(purged).toHaveLength(2));
  const stopped = jobs.stop();
  released.resolve();
  await stopped;
  expect(done).toBe(2);
  vi.advanceTimersByTime(5 * MINUTE);
  expect(purged).toHaveLength(2);
  expect(warnings).toEqual([
    'expired records could not be removed; tried again in a minute',
    'what was due could not be done; tried again in a minute',
    'expired records could not be removed; tried again in a minute',
  ]);
});
