import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { authenticator } from './support/person.ts';
import { leaveApplication, recoveryMail, smsCode, WORDS } from './support/steps.ts';
import { named } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

/** Presses Tab until what has this name has the focus, and shows that it is seen to have it (WCAG 2.1.1, 2.1.2, 2.4.7). */
async function tabTo(page: Page, role: 'button' | 'link' | 'textbox', name: string): Promise<void> {
  const wanted = page.getByRole(role, { name: named(name) });
  for (let pressed = 0; pressed < 40; pressed += 1) {
    if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) {
      // The ring is on the element itself, or around the whole row that a quiet button stands in.
      const rings = await wanted.evaluate((element) => {
        const view = element.ownerDocument.defaultView;
        return [undefined, '::after'].map((pseudo) => view?.getComputedStyle(element, pseudo).outlineStyle ?? 'none');
      });
      expect(rings.filter((ring) => ring !== 'none')).not.toEqual([]);
      return;
    }
    await page.keyboard.press('Tab');
  }
  expect.unreachable(`${role} “${name}” cannot be reached by Tab`);
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(named(label)).waitFor();
  await tabTo(page, 'textbox', label);
  await page.keyboard.type(text);
}

async function press(page: Page, role: 'button' | 'link', name: string): Promise<void> {
  await page.getByRole(role, { name: named(name) }).waitFor();
  await tabTo(page, role, name);
  await page.keyboard.press('Enter');
}

it('W-13 recovers a lost second factor by keyboard alone', async () => {
  const words = WORDS.en;
  const person = await world().person();
  const { page, seen } = await world().visit();
  await leaveApplication(world(), page);
  await press(page, 'link', words.lost);
  await type(page, words.username, person.username);
  await page.keyboard.press('Enter');
  await seen('Check your e-mail');
  await type(page, words.code, (await recoveryMail(world(), person)).code);
  await page.keyboard.press('Enter');
  await seen('What would you like to do?');
  await press(page, 'button', words.resetFactor);
  await page.getByLabel(named(words.password)).waitFor();
  await page.getByLabel(named(words.password)).focus();
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await type(page, words.code, await smsCode(world(), person));
  await page.keyboard.press('Enter');
  await seen('Register a new second factor');
  const secret = await page.getByTestId('totp-secret').innerText();
  await type(page, words.code, authenticator(secret, world().clock).code());
  await page.keyboard.press('Enter');
  await seen('Your second factor was replaced');
});
