import { beforeEach, describe, expect, test } from 'vitest';
import { PASSWORD } from '../../support/people.ts';
import { ask, enrolShown, letterTo, smsCode, WORDS, walkToNewFactor } from './steps.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
const MINUTE = 60_000;
beforeEach(() => world().later(16 * MINUTE));

describe('A23 flooding', () => {
  test('opening and reloading pages sends nothing', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    const { link } = await letterTo(world(), person);
    const sent = await world().sentTo(person);
    for (let times = 0; times < 4; times += 1) await browser.open('/lost-credentials/sent');
    await browser.open('/lost-credentials/sent/again');
    await browser.open(link);
    expect(await world().sentTo(person)).toEqual(sent);

    let page = await browser.press(await browser.open(link), words.factor);
    page = await browser.press(page, words.signIn, { password: PASSWORD });
    const code = await smsCode(world(), person);
    const texted = await world().sentTo(person);
    expect(texted).toEqual({ mails: sent.mails, sms: sent.sms + 1 });
    for (let times = 0; times < 4; times += 1) page = await browser.open('/lost-credentials/sms');
    await browser.open('/lost-credentials/sms/again');
    await browser.open('/lost-credentials/step');
    expect(await world().sentTo(person)).toEqual(texted);
    expect((await browser.press(page, words.continue, { code })).heading).toBe('Register a new second factor');
  });

  test('"Send it again" says when it may be pressed, and means it', async () => {
    const person = await world().person();
    const browser = world().browser();
    const page = await ask(browser, person.username);
    await letterTo(world(), person);
    expect(page.buttons).toEqual([words.continue]);
    expect(page.text).toMatch(/Available in (1:00|0:5\d)/);
    const { csrf } = page;
    const early = await browser.post('/lost-credentials/sent/again', { _csrf: csrf });
    expect([early.status, early.alert]).toEqual([429, expect.stringMatching(/in \d+ seconds?/)]);
    expect((await world().sentTo(person)).mails).toBe(2);
    world().later(MINUTE);
    const later = await browser.open('/lost-credentials/sent');
    expect(later.buttons).toEqual([words.continue, words.again]);
    const again = await browser.press(later, words.again);
    expect(again.text).toContain('another e-mail is on its way');
    const { code } = await letterTo(world(), person);
    expect((await browser.press(again, words.continue, { code })).heading).toBe('What would you like to do?');
  });

  test('mails to an account are capped, whoever asks; the last e-mail stays good, link and code', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    await letterTo(world(), person);
    for (let times = 0; times < 2; times += 1) {
      world().later(MINUTE);
      await browser.press(await browser.open('/lost-credentials/sent'), words.again);
    }
    const last = await letterTo(world(), person);
    const { mails } = await world().sentTo(person);
    // Strangers and the browser itself ask in vain.
    for (const name of [person.username, person.email]) await ask(world().browser(), name);
    world().later(MINUTE);
    await browser.press(await browser.open('/lost-credentials/sent'), words.again);
    world().later(MINUTE);
    const page = await browser.press(await browser.open('/lost-credentials/sent'), words.again);
    expect((await world().sentTo(person)).mails).toBe(mails);
    expect((await world().browser().open(last.link)).heading).toBe('What would you like to do?');
    const proven = await browser.press(page, words.continue, { code: last.code });
    expect(proven.heading).toBe('What would you like to do?');
  });

  test('a browser that the account knows has a cap of its own', async () => {
    const person = await world().person();
    const known = world().browser();
    await ask(known, person.username);
    const done = await enrolShown(known, await walkToNewFactor(world(), known, person));
    expect(done.page.heading).toBe(words.replaced);
    world().later(16 * MINUTE);
    for (let times = 0; times < 4; times += 1) await ask(world().browser(), person.username);
    const { mails } = await world().sentTo(person);
    await ask(known, person.username);
    expect((await world().sentTo(person)).mails).toBe(mails + 1);
  });

  test('texts are capped, the page says so, and no step is skipped', async () => {
    const person = await world().person();
    for (let times = 0; times < 3; times += 1) {
      const browser = world().browser();
      await ask(browser, person.username);
      const page = await browser.press(await browser.open((await letterTo(world(), person)).link), words.factor);
      await browser.press(page, words.signIn, { password: PASSWORD });
    }
    const { sms } = await world().sentTo(person);
    world().later(4 * MINUTE);
    const { link } = await lastLetter(person.email);
    const browser = world().browser();
    let page = await browser.press(await browser.open(link), words.factor);
    page = await browser.press(page, words.signIn, { password: PASSWORD });
    expect(page.heading).toBe('Enter the 6-digit code.');
    expect(page.text).toContain('No code was sent');
    expect((await world().sentTo(person)).sms).toBe(sms);
    expect((await browser.open('/lost-credentials/new-factor')).path).toBe('/lost-credentials/sms');
    world().later(11 * MINUTE);
    await browser.press(await browser.open('/lost-credentials/sms'), words.again);
    page = await browser.press(await browser.open('/lost-credentials/sms'), words.continue, {
      code: await smsCode(world(), person),
    });
    expect(page.heading).toBe('Register a new second factor');
  });
});

async function lastLetter(email: string): Promise<{ link: string }> {
  const mail = world().mails.findLast(({ recipients, text }) => recipients.includes(email) && text.includes('/link/'));
  return { link: /http:\S+\/lost-credentials\/link\/[\w-]+/.exec(mail?.text ?? '')?.[0] ?? '' };
}
