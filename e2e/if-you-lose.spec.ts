import { expect, it } from 'vitest';
import { authenticator } from './support/person.ts';
import {
  arrive,
  fill,
  follow,
  leaveApplication,
  press,
  signInTo,
  smsCode,
  typeCode,
  typePassword,
  WORDS,
} from './support/steps.ts';
import { at, folded, mainText, named, type Visit } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const TEXTS = {
  en: {
    locale: 'en-GB',
    title: 'If you lose …',
    phone: 'If you lose your phone',
    computer: 'If you lose the computer with your passkey “Blue laptop”',
    devices: 'If you lose all your devices at once',
    help: 'Only with help',
    stays: 'You still get in',
    number: 'You need your number back',
    bySms: 'a code sent to your phone number',
    toCheckUp: 'See the one step that helps most',
    alone: 'As things stand, you would not get back in by yourself:',
    addPasskey: 'Add a passkey on another device',
    addPhone: 'Add a phone number',
    well: 'You are well prepared',
    passkey: 'Passkey',
    name: 'Name (optional)',
    register: 'Register a passkey',
    list: 'Devices',
    newPhone: 'New phone number',
    sendCode: 'Send a code',
    confirmPhone: 'Confirm your phone number',
    confirm: 'Confirm',
    account: 'Your account',
    registered: 'Your second factor is registered',
  },
  fr: {
    locale: 'fr-CH',
    title: 'Si vous perdez…',
    phone: 'Si vous perdez votre téléphone',
    computer: "Si vous perdez l'ordinateur qui contient votre clé d'accès « Blue laptop »",
    devices: 'Si vous perdez tous vos appareils à la fois',
    help: "Seulement avec de l'aide",
    stays: 'Votre accès reste ouvert',
    number: 'Il vous faut retrouver votre numéro',
    bySms: 'un code envoyé à votre numéro de téléphone',
    toCheckUp: "Voir l'étape la plus utile",
    alone: "En l'état, vous ne reviendriez pas sans aide :",
    addPasskey: "Ajouter une clé d'accès sur un autre appareil",
    addPhone: 'Ajouter un numéro de téléphone',
    well: "Vous avez tout ce qu'il faut",
    passkey: "Clé d'accès",
    name: 'Nom (facultatif)',
    register: "Enregistrer une clé d'accès",
    list: 'Appareils',
    newPhone: 'Nouveau numéro de téléphone',
    sendCode: 'Envoyer un code',
    confirmPhone: 'Confirmer votre numéro de téléphone',
    confirm: 'Confirmer',
    account: 'Votre compte',
    registered: 'Votre deuxième facteur est enregistré',
  },
} as const;

const world = useWorld();

/** The line about one loss. */
async function line({ page }: Visit, loss: string): Promise<string> {
  const row = page.locator('main li').filter({ has: page.getByText(named(loss)) });
  return folded(await row.innerText()).replaceAll(/\s+/g, ' ');
}

it.each(['en', 'fr'] as const)(
  '%s: what the check-up proposes is added in one browser, and the lines of the other come out better, twice',
  async (language) => {
    const texts = TEXTS[language];
    // Without a phone number there is no way back once the phone with the app is gone.
    const person = await world().person({ locale: language, phone: false });
    const [laptop, tablet] = [await world().visit(texts.locale), await world().visit(texts.locale)];
    await laptop.passkeys();
    await signInTo(world(), laptop, person, { language, path: '/account/if-you-lose' });
    await laptop.seen(texts.title);
    const before = await line(laptop, texts.phone);
    for (const text of [texts.help, texts.addPasskey]) expect(before).toContain(text);
    await signInTo(world(), tablet, person, { language, path: '/account/if-you-lose' });
    await at(tablet, texts.title);
    expect(await line(tablet, texts.phone)).toBe(before);

    // The step that helps most, on the laptop.
    await follow(laptop.page, texts.toCheckUp);
    await laptop.seen(texts.addPasskey);
    const proposal = await mainText(laptop);
    for (const text of [texts.alone, texts.phone]) expect(proposal).toContain(text);
    await follow(laptop.page, texts.addPasskey);
    await follow(laptop.page, texts.passkey);
    await fill(laptop.page, texts.name, 'Blue laptop');
    await press(laptop.page, texts.register);
    await at(laptop, texts.list);

    await tablet.page.reload();
    await tablet.seen(texts.title);
    for (const loss of [texts.phone, texts.computer]) expect(await line(tablet, loss)).toContain(texts.stays);
    expect(await line(tablet, texts.devices)).toContain(texts.help);

    // The next one, on the tablet: a number. The first one counts at once.
    await follow(tablet.page, texts.toCheckUp);
    await at(tablet, texts.addPhone);
    const second = await mainText(tablet);
    expect([second.includes(texts.devices), /7 (days|jours)/.test(second)]).toEqual([true, false]);
    await follow(tablet.page, texts.addPhone);
    const number = language === 'en' ? '+33698765434' : '+33698765435';
    await fill(tablet.page, texts.newPhone, number);
    await press(tablet.page, texts.sendCode);
    await at(tablet, texts.confirmPhone);
    await fill(tablet.page, WORDS[language].code, await smsCode(world(), { phone: number }));
    await press(tablet.page, texts.confirm);
    await at(tablet, texts.account);

    await laptop.page.goto(`${world().issuer}/account/if-you-lose`);
    const after = await line(laptop, texts.devices);
    for (const text of [texts.number, texts.bySms]) expect(after).toContain(text);
    await laptop.page.goto(`${world().issuer}/account/check-up`);
    await laptop.seen(texts.well);
  },
);

it.each(['en', 'fr'] as const)(
  '%s: after the first second factor the check-up is one link away, and the application one press',
  async (language) => {
    const texts = TEXTS[language];
    const person = await world().person({ locale: language, totp: false, phone: false });
    const visit = await world().visit(texts.locale);
    await leaveApplication(world(), visit.page);
    await typePassword(visit.page, person, language);
    const app = authenticator(await visit.page.getByTestId('totp-secret').innerText(), world().clock);
    await typeCode(visit.page, app.code(), language);
    await visit.seen(texts.registered);
    const said = await mainText(visit);
    for (const text of [texts.alone, texts.phone]) expect(said).toContain(text);
    await follow(visit.page, texts.toCheckUp);
    await at(visit, texts.addPasskey);
    await visit.page.goBack();
    await arrive(world(), visit.page, language);
    expect(await visit.page.getByTestId('sub').innerText()).toBe(person.sub);
  },
);
