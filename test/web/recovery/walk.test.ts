import { beforeAll, describe, expect, test } from 'vitest';
import { codeOf, PASSWORD } from '../../support/people.ts';
import { ISSUER } from '../../support/ports.ts';
import { createSoftwareAuthenticator } from '../../support/software-authenticator.ts';
import { folded } from './page.ts';
import { allow, enrolShown, letterTo, smsCode, typePassword, WORDS, walkToNewFactor } from './steps.ts';
import { type Application, useWorld } from './world.ts';

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});

const PAGES = {
  en: {
    ask: 'Lost your credentials?',
    explain:
      'Enter your username or e-mail address; an e-mail will be sent to you that lets you update your means of authentication.',
    back: 'Back to sign in',
    sent: 'Check your e-mail',
    button: 'Reset your credentials now',
    lead: 'A reset of the means of authentication of your account was requested. If you made this request, please click the link below to update them.',
    expiry:
      'This link expires in 5 minutes. Otherwise, please ignore this message; no change will be made to your account.',
    choose: 'What would you like to do?',
    signIn: 'Sign in to your account',
    support: 'Contact support',
    enter: 'Enter the 6-digit code.',
    texted: 'A code was sent by SMS to your phone.',
    register: 'Register a new second factor',
    download: 'If you have not done so yet, please download an authenticator app from your store.',
    scan: 'Scan the QR code below with the app',
    before: 'Your old second factors will be removed and you will be signed out everywhere.',
    steps: ['E-mail (done)', 'Password (done)', 'SMS (you are here)', 'New factor (still to come)'],
    onward: 'Continue to Notes',
    removed: 'Authenticator app',
    told: 'Notice sent',
  },
  fr: {
    ask: "Vos moyens d'identification sont perdus ?",
    explain:
      "Entrez votre nom d'utilisateur ou votre courriel ; un courriel va vous être envoyé vous permettant de mettre à jour vos moyens d'authentification.",
    back: 'Retour à la connexion',
    sent: 'Consultez vos e-mails',
    button: 'Réinitialiser vos moyens de connexion',
    lead: "Une réinitialisation de vos moyens de connexion pour votre compte a été demandée. Si vous êtes à l'origine de cette requête, veuillez cliquer sur le lien ci-dessous pour les mettre à jour.",
    expiry:
      'Ce lien expire dans 5 minutes. Sinon, veuillez ignorer ce message ; aucun changement ne sera effectué sur votre compte.',
    choose: 'Que souhaitez-vous faire ?',
    signIn: 'Connexion à votre compte',
    support: 'Contacter le support',
    enter: 'Saisir le code à 6 chiffres.',
    texted: 'Un code SMS a été envoyé sur votre téléphone.',
    register: 'Enregistrer un nouveau deuxième facteur',
    download:
      "Si vous ne l'avez pas encore fait, veuillez télécharger une application d'authentification depuis votre store.",
    scan: "Scannez le QR code ci-dessous avec l'application",
    before: 'Vos anciens deuxièmes facteurs seront supprimés et toutes vos sessions seront fermées.',
    steps: ['E-mail (terminé)', 'Mot de passe (terminé)', 'SMS (vous êtes ici)', 'Nouveau facteur (à venir)'],
    onward: 'Continuer vers Notes',
    removed: "Application d'authentification",
    told: 'Avis envoyé',
  },
} as const;

describe.each(['en', 'fr'] as const)('T1–T8 in %s', (locale) => {
  const wordsHere = WORDS[locale];
  const said = PAGES[locale];

  test('a lost second factor: from the application and back to it', async () => {
    const person = await world().person({ locale });
    const browser = world().browser({ language: locale === 'fr' ? 'fr-CH, fr;q=0.9' : 'en-GB' });
    const asked = await app.open(browser);

    // T2
    let page = await browser.open(asked.page.link(wordsHere.lost));
    expect(page.heading).toBe(said.ask);
    expect(page.lang).toBe(locale);
    expect(page.text).toContain(said.explain);
    expect(page.link(said.back)).toMatch(/^\/sign-in\//);
    page = await browser.press(page, wordsHere.submit, { username: person.email });
    expect(page.heading).toBe(said.sent);
    expect(page.path).toBe('/lost-credentials/sent');

    // T3
    const { link, mail } = await letterTo(world(), person, locale);
    const text = folded(mail.text);
    expect([text.includes(said.button), text.includes(said.lead), text.includes(said.expiry)]).toEqual([
      true,
      true,
      true,
    ]);
    expect(text).toContain(person.username);

    // T4: the token does not stay in the address bar
    page = await browser.open(link);
    expect(page.path).toBe('/lost-credentials/choose');
    expect(page.heading).toBe(said.choose);
    expect(page.buttons).toEqual([wordsHere.password, wordsHere.factor]);

    // T5
    page = await browser.press(page, wordsHere.factor);
    expect(page.heading).toBe(said.signIn);
    expect(page.text).toContain(person.username);
    expect(page.link(wordsHere.lost)).toBe('/lost-credentials');
    expect(page.link(said.support)).toBe('/support');

    // T6
    page = await browser.press(page, wordsHere.signIn, { password: PASSWORD });
    expect(page.heading).toBe(said.enter);
    expect(page.text).toContain(said.texted);
    expect(page.text).toContain(person.phone.slice(-2));
    expect(page.text).not.toContain(person.phone.slice(-4));
    expect(page.steps).toEqual(said.steps);
    page = await browser.press(page, wordsHere.continue, { code: await smsCode(world(), person) });

    // T7
    expect(page.heading).toBe(said.register);
    expect(page.text).toContain(said.download);
    expect(page.text).toContain(said.scan);
    expect(page.text).toContain(said.before);
    expect(page.links.map((store) => store.text)).toEqual(expect.arrayContaining(['App Store', 'Google Play']));
    const done = await enrolShown(browser, page, locale);

    // T8: the receipt, again after a reload, and on to the application
    expect(done.page.heading).toBe(wordsHere.replaced);
    expect(done.page.text).toContain(said.removed);
    expect(done.page.text).toContain(said.told);
    expect(done.page.text).not.toContain(person.email);
    expect((await browser.open('/lost-credentials/done')).text).toBe(done.page.text);
    const back = await allow(browser, await browser.open(done.page.link(said.onward)), locale);
    const claims = (await asked.tokens(back)).claims();
    expect(claims).toMatchObject({ sub: person.id, acr: 'urn:regain:acr:1' });
    expect(claims?.amr).not.toContain('mfa');

    // A6: nothing secret in the log
    const token = link.split('/').at(-1) ?? '';
    for (const secret of [token, PASSWORD, done.secret, person.totp ?? '', person.phone, person.email])
      expect(world().log()).not.toContain(secret);

    // everybody is told
    const notice = await world().mail(person.email, wordsHere.replaced.replaceAll("'", '’'));
    expect(notice.text).toContain('/not-me/');
    await world().sms(person.phone, locale === 'fr' ? /remplacé/ : /replaced/);

    // the old app is dead, the new one signs in
    const other = world().browser({ language: locale });
    let second = await typePassword(other, (await app.open(other)).page, person, PASSWORD, locale);
    second = await other.press(second, wordsHere.continue, { code: person.code() });
    expect(second.alert).not.toBe('');
    world().later(30_000);
    second = await other.press(second, wordsHere.continue, { code: codeOf(done.secret, Date.now()) });
    expect((await allow(other, second, locale)).url.origin).toBe('http://localhost:3001');
  });
});

const words = WORDS.en;

test('T7 a passkey in place of the app, by the short code instead of the link', async () => {
  const person = await world().person();
  const browser = world().browser();
  const asked = await app.open(browser);
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const { code } = await letterTo(world(), person);
  let page = await browser.press(await browser.open('/lost-credentials/sent'), words.continue, { code });
  page = await browser.press(page, words.factor);
  page = await browser.press(page, words.signIn, { password: PASSWORD });
  page = await browser.press(page, words.continue, { code: await smsCode(world(), person) });

  const passkey = createSoftwareAuthenticator();
  const ceremony = { challenge: page.passkeyOptions.challenge, origin: ISSUER, rpId: 'localhost' };
  const elsewhere = JSON.stringify(passkey.register({ ...ceremony, origin: 'https://evil.example' }));
  const refused = await browser.press(page, 'Register a passkey', { response: elsewhere });
  expect([refused.status, refused.alert]).toEqual([422, expect.stringContaining('could not be registered')]);
  const response = JSON.stringify(passkey.register(ceremony));
  const done = await browser.press(refused, 'Register a passkey', { response });
  expect(done.heading).toBe(words.replaced);
  expect(done.text).toContain('Passkey');
  const back = await allow(browser, await browser.open(done.link('Continue to Notes')));
  expect((await asked.tokens(back)).claims()).toMatchObject({ sub: person.id, acr: 'urn:regain:acr:1' });
});

test('T10 a lost password: a passkey that is held proves it, and stays', async () => {
  const person = await world().person({ totp: false });
  const passkey = await world().passkey(person);
  const browser = world().browser();
  await browser.press(await browser.open('/lost-credentials'), undefined, { username: person.username });
  let page = await browser.press(await browser.open((await letterTo(world(), person)).link), words.password);
  expect(page.heading).toBe('Second factor');
  const { challenge } = page.passkeyOptions;
  const response = JSON.stringify(passkey.assert({ challenge, origin: ISSUER, rpId: 'localhost' }));
  page = await browser.press(page, 'Use a passkey', { response });
  expect(page.heading).toBe('Choose a new password');
  expect(page.text).toContain('Your second factor stays as it is');
  for (const [password, why] of [
    ['', 'Enter a new password'],
    ['short', 'at least 8 characters'],
    ['password1234', 'lists that attackers try first'],
    [person.username.repeat(2), 'your name'],
    ['x'.repeat(300), 'too long'],
  ] as const) {
    page = await browser.press(page, words.setPassword, { password });
    expect([page.status, page.alert]).toEqual([422, expect.stringContaining(why)]);
    expect(page.html).not.toContain(`value="${password || 'x'}"`);
  }
  page = await browser.press(page, words.setPassword, { password: 'seven otters cross' });
  expect(page.heading).toBe(words.reset);
  const held = (await world().ports.store.accounts.load(person.id))?.credentials.map(({ kind }) => kind);
  expect(held?.toSorted()).toEqual(['passkey', 'password']);
});

test('begun without an application: the receipt says where to sign in', async () => {
  const person = await world().person();
  const browser = world().browser();
  const asked = await browser.open('/lost-credentials');
  expect(asked.link('Back to sign in')).toBe('/account');
  await browser.press(asked, undefined, { username: person.username });
  const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  expect(done.page.link('Sign in')).toBe('/account');
  expect((await browser.open('/account')).heading).toBe('Sign in to your account');
});

test('an application whose sign-in is gone: its request begins anew', async () => {
  const person = await world().person();
  const browser = world().browser();
  const asked = await app.open(browser);
  world().later(50 * 60_000);
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const page = await walkToNewFactor(world(), browser, person);
  world().later(15 * 60_000);
  const done = await enrolShown(browser, page);
  expect(done.page.text).toContain('Now sign in with your password and your new second factor.');
  const anew = await browser.open(done.page.link('Sign in to Notes'));
  expect(anew.heading).toBe('Sign in to your account');
  const second = await typePassword(browser, anew, person);
  world().later(30_000);
  const back = await browser.press(second, words.continue, { code: codeOf(done.secret, Date.now()) });
  expect((await asked.tokens(await allow(browser, back))).claims()?.sub).toBe(person.id);
});

test('the name that was asked for stands in the field again', async () => {
  const browser = world().browser();
  await browser.press(await browser.open('/lost-credentials'), undefined, { username: 'somebody' });
  expect((await browser.open('/lost-credentials')).forms[0]?.fields['username']).toBe('somebody');
});

test('the name that was typed at sign-in stands in the field, and the way back leads there', async () => {
  const browser = world().browser();
  const { page } = await app.open(browser, { login_hint: 'somebody@example.com' });
  const lost = await browser.open(page.link(words.lost));
  expect(lost.forms[0]?.fields['username']).toBe('somebody@example.com');
  const empty = await browser.press(lost, undefined, { username: '  ' });
  expect([empty.status, empty.alert]).toEqual([422, expect.stringContaining('Enter your username')]);
  expect((await browser.open(lost.link('Back to sign in'))).path).toBe(page.path);
  world().later(61 * 60_000);
  expect((await browser.open('/lost-credentials')).link('Back to sign in')).toBe('/account');
});
