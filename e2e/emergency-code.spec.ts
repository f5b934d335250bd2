import type { Page } from 'playwright';
import { beforeAll, expect, it } from 'vitest';
import { PRESETS } from '../src/domain/presets.ts';
import { issueEmergencyCode } from '../src/flows/administration/issue-emergency-code.ts';
import { putInForce } from '../test/support/policy.ts';
import { authenticator } from './support/person.ts';
import {
  WORDS as COMMON,
  fill,
  follow,
  leaveApplication,
  press,
  smsCode,
  typeCode,
  typePassword,
} from './support/steps.ts';
import { folded, named } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const WORDS = {
  en: {
    locale: 'en-GB',
    link: 'Emergency access',
    way: 'How can we send you a code?',
    sms: 'By SMS',
    enterSms: 'Enter the 6-digit code.',
    ready: 'It is you',
    generate: 'Generate an emergency code',
    made: 'Your emergency code',
    factor: 'Second factor',
    use: 'Use an emergency code',
    slip: 'One character is wrong',
    devices: 'Devices',
    repair: 'Set your devices right',
    manage: 'Manage',
    removeIt: 'Remove it',
    add: 'Add a device',
    out: 'An emergency code is out',
    revoke: 'Take the emergency code back',
    revokeTitle: 'Take the emergency code back?',
  },
  fr: {
    locale: 'fr-CH',
    link: "Accès d'urgence",
    way: 'Comment vous envoyer un code ?',
    sms: 'Par SMS',
    enterSms: 'Saisir le code à 6 chiffres.',
    ready: "C'est bien vous",
    generate: "Générer un code d'urgence",
    made: "Votre code d'urgence",
    factor: 'Deuxième facteur',
    use: "Utiliser un code d'urgence",
    slip: 'Un caractère est faux',
    devices: 'Appareils',
    repair: 'Remettez vos appareils en ordre',
    manage: 'Gérer',
    removeIt: 'Supprimer',
    add: 'Ajouter un appareil',
    out: "Un code d'urgence est en circulation",
    revoke: "Retirer le code d'urgence",
    revokeTitle: "Retirer le code d'urgence ?",
  },
} as const;

const SHOTS = process.env['REGAIN_SHOTS'];
const shot = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};
const main = async (page: Page) => folded(await page.locator('main').innerText());

const world = useWorld();
beforeAll(async () => {
  await putInForce(world().regain.context.administration, 'default', PRESETS['emergency-code']);
});

it.each(['en', 'fr'] as const)(
  '%s: the phone is gone: a code by password and SMS, the sign-in with it, the old app removed, a new one added, its code signs in',
  async (language) => {
    const words = WORDS[language];
    const common = COMMON[language];
    const person = await world().person({ locale: language });
    const { page, seen } = await world().visit(words.locale);
    await page.goto(`${world().issuer}/account/devices`);
    await follow(page, words.link);
    await seen(words.link);
    await shot(page, `${language}-1-start`);
    await fill(page, common.username, person.username);
    await fill(page, common.password, person.password);
    await press(page, common.continue);
    await seen(words.way);
    expect(await main(page)).not.toContain(person.email);
    await shot(page, `${language}-2-way`);
    await press(page, words.sms);
    await seen(words.enterSms);
    await typeCode(page, await smsCode(world(), person), language);
    await seen(words.ready);
    await shot(page, `${language}-3-ready`);
    await press(page, words.generate);
    await seen(words.made);
    const code = await page.getByTestId('emergency-code').innerText();
    expect(code).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
    await shot(page, `${language}-4-made`);
    await follow(page, common.signIn);

    await typePassword(page, person, language);
    await seen(words.factor);
    await page.getByRole('button', { name: named(words.use) }).click();
    await seen(words.factor);
    await shot(page, `${language}-5-code`);
    await typeCode(page, `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`, language);
    expect(folded(await page.getByRole('alert').innerText())).toContain(words.slip);
    await seen(words.factor);
    await typeCode(page, code.toLowerCase(), language);
    await seen(words.devices);
    expect(await main(page)).toContain(words.repair);
    expect(await main(page)).toContain(words.out);
    await shot(page, `${language}-6-devices`);

    const row = page.locator('#devices li').filter({ hasText: /uthenticator app|d.authentification/ });
    await row.getByRole('link', { name: words.manage }).click();
    await page.locator('main a[href$="/remove"]').click();
    await shot(page, `${language}-7-remove`);
    await press(page, words.removeIt);
    await seen(words.devices);
    await follow(page, words.add);
    await page.locator('main a[href$="/add/app"]').click();
    const secret = (await page.getByTestId('totp-secret').innerText()).replaceAll(/\s/g, '');
    const app = authenticator(secret, world().clock);
    await typeCode(page, app.earlier(), language);
    await seen(words.devices);
    await shot(page, `${language}-8-added`);

    const other = await world().visit(words.locale);
    await other.page.goto(`${world().issuer}/account/devices`);
    await typePassword(other.page, person, language);
    await typeCode(other.page, app.code(), language);
    await other.seen(words.devices);
    await follow(other.page, words.revoke);
    await other.seen(words.revokeTitle);
    await shot(other.page, `${language}-9-revoke`);
    await press(other.page, words.revoke);
    await other.seen(words.devices);
    expect(await main(other.page)).not.toContain(words.out);
    // What the code had signed in is over.
    await page.goto(`${world().issuer}/account/devices`);
    await page.getByLabel(common.password).waitFor();
  },
);

it('a code that an operator read over the phone enters the application, once', async () => {
  const words = WORDS.en;
  const person = await world().person();
  const made = await issueEmergencyCode(world().regain.context.administration, person.username, {
    reason: 'called back',
  });
  if (made.outcome !== 'issued') throw new Error(made.reason);
  const enter = async () => {
    const visit = await world().visit(words.locale);
    await leaveApplication(world(), visit.page);
    await typePassword(visit.page, person);
    await press(visit.page, words.use);
    await typeCode(visit.page, made.code);
    return visit;
  };
  const { page } = await enter();
  await press(page, COMMON.en.allow);
  await page.getByText('urn:regain:amr:emergency-code').first().waitFor();
  expect(page.url()).toContain(world().app);

  const again = await enter();
  await again.seen(words.factor);
  expect(folded(await again.page.getByRole('alert').innerText())).toContain('was used already');
  await shot(again.page, 'en-10-spent');
});
