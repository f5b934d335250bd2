import { expect, it } from 'vitest';
import { PRESETS } from '../src/domain/presets.ts';
import { putInForce } from '../test/support/policy.ts';
import { authenticator, type Person } from './support/person.ts';
import { arrive, fill, follow, leaveApplication, press, typeCode, typePassword } from './support/steps.ts';
import { mainText, type Visit } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const TEXTS = {
  en: {
    locale: 'en-GB',
    ask: 'Do you want a restore code?',
    loss: 'If you lose your phone',
    now: 'Activate now',
    later: 'Later',
    never: 'Never',
    shown: 'Your new restore code',
    notNow: 'Not now',
    code: 'Restore code',
    activate: 'Activate',
    owed: 'Your organization gives everybody one',
    register: 'Register a new second factor',
    registered: 'Your second factor is registered',
    onward: /^Continue to/,
  },
  fr: {
    locale: 'fr-CH',
    ask: 'Voulez-vous un code de restauration ?',
    loss: 'Si vous perdez votre téléphone',
    now: 'Activer maintenant',
    later: 'Plus tard',
    never: 'Jamais',
    shown: 'Votre nouveau code de restauration',
    notNow: 'Pas maintenant',
    code: 'Code de restauration',
    activate: 'Activer',
    owed: 'Votre organisation en donne un à chacun',
    register: 'Enregistrer un nouveau deuxième facteur',
    registered: 'Votre deuxième facteur est enregistré',
    onward: /^Continuer vers/,
  },
} as const;
type Language = keyof typeof TEXTS;

const BEFORE = PRESETS['restore-code'].restoreCode.promptAtSignIn - 2;
const policy = (automatic: boolean) =>
  putInForce(world().regain.context.administration, 'default', {
    ...PRESETS['restore-code'],
    restoreCode: { ...PRESETS['restore-code'].restoreCode, automatic },
  });

const world = useWorld();

/** With password and app, in a browser that holds nothing. */
async function signIn(person: Person, language: Language): Promise<Visit> {
  const visit = await world().visit(TEXTS[language].locale);
  world().clock.skip(30_000);
  await leaveApplication(world(), visit.page);
  await typePassword(visit.page, person, language);
  await typeCode(visit.page, person.authenticator?.code() ?? '', language);
  return visit;
}

/** On to the application at once; `before`: as if they had signed in so often (`test/web/sign-in/restore-code.test.ts` counts them). */
async function signInUnasked(person: Person, language: Language, before = 0): Promise<void> {
  if (before > 0) await world().regain.context.ports.store.accounts.update(person.sub, { signInsAsked: before });
  const { page, close } = await signIn(person, language);
  await arrive(world(), page, language);
  await close();
}

it.each(['en', 'fr'] as const)(
  'S1 in %s: proposed at the fourth sign-in; made there and typed back; or later; or never',
  async (language) => {
    const texts = TEXTS[language];
    await policy(false);
    const person = await world().person({ locale: language });
    await signInUnasked(person, language, BEFORE);
    const fourth = await signIn(person, language);
    await fourth.seen(texts.ask);
    expect(await mainText(fourth)).toContain(texts.loss);
    // Looked at, and put off.
    await follow(fourth.page, texts.now);
    await fourth.seen(texts.shown);
    await follow(fourth.page, texts.notNow);
    await fourth.seen(texts.ask);
    await press(fourth.page, texts.later);
    await arrive(world(), fourth.page, language);
    // A silent sign-in is not in its way.
    await fourth.page.goto(`${world().app}/sign-in`);
    await fourth.page.waitForURL((url) => url.origin === world().app);
    await fourth.close();

    await signInUnasked(person, language, BEFORE);
    const eighth = await signIn(person, language);
    await eighth.seen(texts.ask);
    await follow(eighth.page, texts.now);
    await eighth.seen(texts.shown);
    const code = await eighth.page.getByTestId('restore-code').innerText();
    await fill(eighth.page, texts.code, code.toLowerCase());
    await press(eighth.page, texts.activate);
    await arrive(world(), eighth.page, language);
    expect((await world().regain.context.ports.store.accounts.load(person.sub))?.restoreCode?.issuedBy).toBe('owner');
    await eighth.close();

    const other = await world().person({ locale: language });
    await signInUnasked(other, language, BEFORE);
    const asked = await signIn(other, language);
    await asked.seen(texts.ask);
    await press(asked.page, texts.never);
    await arrive(world(), asked.page, language);
    await asked.close();
    await signInUnasked(other, language);
  },
);

it.each(['en', 'fr'] as const)(
  'S12 in %s: with the first second factor, where the organization gives everybody one',
  async (language) => {
    const texts = TEXTS[language];
    await policy(true);
    const person = await world().person({ locale: language, totp: false });
    const visit = await world().visit(texts.locale);
    const { page, seen } = visit;
    await leaveApplication(world(), page);
    await typePassword(page, person, language);
    await seen(texts.register);
    const app = authenticator(await page.getByTestId('totp-secret').innerText(), world().clock);
    await typeCode(page, app.earlier(), language);
    await seen(texts.shown);
    expect(await mainText(visit)).toContain(texts.owed);
    expect(await page.getByRole('link', { name: texts.notNow, exact: true }).count()).toBe(0);
    await fill(page, texts.code, await page.getByTestId('restore-code').innerText());
    await press(page, texts.activate);
    await seen(texts.registered);
    await page.getByRole('button', { name: texts.onward }).click();
    await arrive(world(), page, language);
    expect((await world().regain.context.ports.store.accounts.load(person.sub))?.restoreCode).not.toBeNull();
  },
);
