import { beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../support/people.ts';
import type { Browser } from './browser.ts';
import { allow, ask, typePassword } from './steps.ts';
import { type Application, useWorld } from './world.ts';

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});

const ADDED = { en: 'A second factor was added', fr: 'Un deuxième facteur a été ajouté' };

/** The link and the digits of the notice that a person got when the authenticator app was added. */
async function noticeTo(person: Person, locale: 'en' | 'fr' = 'en'): Promise<{ link: string; digits: string }> {
  const mail = await world().mail(person.email, ADDED[locale]);
  const link = /http:\S+\/not-me\/[\w-]+/.exec(mail.text)?.[0] ?? '';
  const digits = /: (\d{2})\n/.exec(mail.text.replaceAll('\u00a0', ' ').replaceAll('\r', ''))?.[1] ?? '';
  return { link, digits };
}

const otherDigits = (digits: string) => (digits === '00' ? '11' : '00');

async function signedIn(person: Person): Promise<Browser> {
  const browser = world().browser();
  const page = await typePassword(browser, (await app.open(browser)).page, person);
  await allow(browser, await browser.press(page, undefined, { code: person.code() }));
  return browser;
}

const standing = async ({ id }: Person) => (await world().ports.store.accounts.load(id))?.suspendedAt ?? null;

describe('A10 "It wasn’t me"', () => {
  test('changes nothing on GET and HEAD, and says first what will happen and the way back', async () => {
    const person = await world().person();
    const { link } = await noticeTo(person);
    const scanner = world().browser();
    await scanner.request(link, { method: 'HEAD' });
    const page = await scanner.open(link);
    expect(page.path).toBe('/not-me');
    expect(page.heading).toBe("Wasn't this you?");
    expect(page.text).toContain('Nobody can sign in to the account or recover it');
    expect(page.text.indexOf('Contact support')).toBeLessThan(page.text.indexOf('The two digits'));
    expect(await standing(person)).toBeNull();
  });

  test('a scanner that presses the button, with nothing or with guesses, blocks nobody', async () => {
    const person = await world().person();
    const { link, digits } = await noticeTo(person);
    const scanner = world().browser();
    const page = await scanner.open(link);
    const empty = await scanner.press(page, 'Block my account');
    expect([empty.status, empty.alert]).toEqual([422, expect.stringContaining('Enter the two digits')]);
    expect((await scanner.press(page, 'Block my account', { digits: '123' })).alert).toContain('two digits');
    const tries = [];
    for (let guess = 0; guess < 4; guess += 1) {
      const answer = await scanner.press(page, 'Block my account', { digits: otherDigits(digits) });
      tries.push(/(\d) tr/.exec(answer.alert)?.[1] ?? answer.status);
    }
    expect(tries).toEqual(['2', '1', 410, 410]);
    // The link is spent now, for the right digits too.
    expect((await scanner.press(page, 'Block my account', { digits })).status).toBe(410);
    expect((await world().browser().open(link)).status).toBe(410);
    expect(await standing(person)).toBeNull();
  });

  test.each(['en', 'fr'] as const)('in %s: the digits block the account, once and for all', async (locale) => {
    const person = await world().person({ locale });
    const { link, digits } = await noticeTo(person, locale);
    const thief = await signedIn(person);
    const words =
      locale === 'en'
        ? { press: 'Block my account', blocked: 'Your account is blocked' }
        : { press: 'Bloquer mon compte', blocked: 'Votre compte est bloqué' };
    const browser = world().browser({ language: locale });
    const page = await browser.press(await browser.open(link), words.press, { digits: ` ${digits} ` });
    expect([page.status, page.heading]).toEqual([200, words.blocked]);
    expect(await standing(person)).not.toBeNull();

    // Every session ended, nobody gets in or recovers, everybody was told, and the link is dead.
    expect((await app.open(thief)).page.heading).toBe('Sign in to your account');
    await world().mail(person.email, words.blocked);
    const { mails } = await world().sentTo(person);
    await ask(world().browser(), person.username);
    expect((await world().sentTo(person)).mails).toBe(mails);
    expect((await browser.open(link)).status).toBe(410);
  });

  test('A22 is refused one second after its time; A7 with the token of another link', async () => {
    const person = await world().person();
    const { link, digits } = await noticeTo(person);
    const browser = world().browser();
    const page = await browser.open(link);
    world().later(7 * 86_400_000 + 1_000);
    expect((await browser.press(page, 'Block my account', { digits })).status).toBe(410);
    const token = (await world().invited()).link.split('/').at(-1);
    expect((await browser.open(`/not-me/${token}`)).status).toBe(410);
    expect(await standing(person)).toBeNull();
  });
});
