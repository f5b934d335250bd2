import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { useWorld } from '../recovery/world.ts';
import { openConsole } from './console.ts';

beforeAll(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterAll(() => void vi.useRealTimers());
const world = useWorld();

it('a running Regain closes what is due, within a minute', async () => {
  const person = await world().person();
  const browser = world().browser();
  await browser.press(await openConsole(world(), browser, person, '/account/data/close'), 'Close my account');
  const there = async () => (await world().ports.store.accounts.load(person.id)) !== undefined;
  world().later(7 * 86_400_000 + 1_000);
  expect(await there()).toBe(true);
  vi.advanceTimersByTime(60_000);
  await expect.poll(there).toBe(false);
  await world().mail(person.email, 'Your account was closed');
});
