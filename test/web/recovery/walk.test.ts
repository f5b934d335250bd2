import { beforeAll, describe, expect, test } from 'vitest';
import { codeOf, PASSWORD } from '../../support/people.ts';
import { folded } from './page.ts';
import { allow, enrolShown, letterTo, smsCode, typePassword, WORDS } from './steps.ts';
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
    told: 'Told',
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
    before: 'Vos anciens deuxièmes facteurs seront supprimés et votre compte sera déconnecté partout.',
    steps: ['E-mail (terminé)', 'Mot de passe (terminé)', 'SMS (vous êtes ici)', 'Nouveau facteur (à venir)'],
    onward: 'Continuer vers Notes',
    removed: "Application d'authentification",
    told: 'Informés',
  },
} as const;

describe.each(['en', 'fr'] as const)('T1–T8 in %s', (locale) => {
  const words = WORDS[locale];
  const said = PAGES[locale];

  test('a lost second factor: from the application and back to it', async () => {
    const person = await world().person({ locale });
    const browser = world().browser({ language: locale === 'fr' ? 'fr-CH, fr;q=0.9' : 'en-GB' });
    const asked = await app.open(browser);

    // T2
    let page = await browser.open(asked.page.link(words.lost));
    expect(page.heading).toBe(said.ask);
    expect(page.lang).toBe(locale);
    expect(page.text).toContain(said.explain);
    expect(page.link(said.back)).toMatch(/^\/sign-in\//);
    page = await browser.press(page, words.submit, { username: person.email });
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
    expect(page.buttons).toEqual([words.password, words.factor]);

    // T5
    page = await browser.press(page, words.factor);
    expect(page.heading).toBe(said.signIn);
    expect(page.text).toContain(person.username);
    expect(page.link(words.lost)).toBe('/lost-credentials');
    expect(page.link(said.support)).toBe('/support');

    // T6
    page = await browser.press(page, words.signIn, { password: PASSWORD });
    expect(page.heading).toBe(said.enter);
    expect(page.text).toContain(said.texted);
    expect(page.text).toContain(person.phone.slice(-2));
    expect(page.text).not.toContain(person.phone.slice(-4));
    expect(page.steps).toEqual(said.steps);
    page = await browser.press(page, words.continue, { code: await smsCode(world(), person) });

    // T7
    expect(page.heading).toBe(said.register);
    expect(page.text).toContain(said.download);
    expect(page.text).toContain(said.scan);
    expect(page.text).toContain(said.before);
    expect(page.links.map((store) => store.text)).toEqual(expect.arrayContaining(['App Store', 'Google Play']));
    const done = await enrolShown(browser, page, locale);

    // T8: the receipt, again after a reload, and on to the application
    expect(done.page.heading).toBe(words.replaced);
    expect(done.page.text).toContain(said.removed);
    expect(done.page.text).toContain(said.told);
    expect(done.page.text).not.toContain(person.email);
    expect((await browser.open('/lost-credentials/done')).text).toBe(done.page.text);
    const back = await allow(browser, await browser.open(done.page.link(said.onward)), locale);
    const claims = (await asked.tokens(back)).claims();
    expect(claims).toMatchObject({ sub: person.id, acr: 'urn:regain:acr:1' });
    expect(claims?.amr).not.toContain('mfa');

    // everybody is told
    const notice = await world().mail(person.email, words.replaced.replaceAll("'", '’'));
    expect(notice.text).toContain('/not-me/');
    await world().sms(person.phone, locale === 'fr' ? /remplacé/ : /replaced/);

    // the old app is dead, the new one signs in
    const other = world().browser({ language: locale });
    let second = await typePassword(other, (await app.open(other)).page, person, PASSWORD, locale);
    second = await other.press(second, words.continue, { code: person.code() });
    expect(second.alert).not.toBe('');
    world().later(30_000);
    second = await other.press(second, words.continue, { code: codeOf(done.secret, Date.now()) });
    expect((await allow(other, second, locale)).url.origin).toBe('http://localhost:3001');
  });
});
