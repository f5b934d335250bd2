import { beforeAll, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { addRestoreCode } from '../../support/restore-codes.ts';
import { ask, enrolShown, letterTo, WORDS } from './steps.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
beforeAll(() => world().policy(PRESETS['operator-only']));

test('without a code that an operator gave nothing is offered; with one both are set once, and no other code is given', async () => {
  const person = await world().person();
  const alone = world().browser();
  await ask(alone, person.username);
  let page = await alone.open('/lost-credentials/sent');
  page = await alone.press(page, words.continue, { code: (await letterTo(world(), person)).code });
  expect([page.buttons.includes(words.password), page.buttons.includes(words.both)]).toEqual([false, false]);

  const code = await addRestoreCode(world().ports, person, { issuedBy: 'phone' });
  world().later(60_000);
  const browser = world().browser();
  page = await browser.press(await browser.open('/lost-credentials'), 'I have my restore code', {
    username: person.username,
  });
  page = await browser.press(page, words.continue, { username: person.username, restore_code: code });
  page = await browser.press(page, words.continue, { code: (await letterTo(world(), person)).code });
  page = await browser.press(page, words.both);
  page = await browser.press(page, words.setPassword, { password: 'a quiet new harbour' });
  page = (await enrolShown(browser, page)).page;
  expect(page.heading).toBe('Your password and your second factor were replaced');
  expect(page.html).not.toContain('data-testid="restore-code"');
  expect((await world().ports.store.accounts.load(person.id))?.restoreCode).toBeNull();
  expect(page.text).not.toContain('restore code');
});
