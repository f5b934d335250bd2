import type { Page } from 'playwright';
import type { Person } from './person.ts';
import { named, type Visit } from './visit.ts';
import type { World } from './world.ts';

/** What people do, in the words of the pages. */
export const WORDS = {
  en: {
    signIn: 'Sign in',
    username: 'Username or email',
    password: 'Password',
    lost: 'Lost credentials?',
    submit: 'Submit',
    continue: 'Continue',
    code: 'Code',
    resetFactor: 'Reset my second authentication factor',
    resetPassword: 'Reset my password',
    mailSubject: 'Reset your credentials',
    allow: 'Allow',
    onward: /^Continue to /,
  },
  fr: {
    signIn: "S'authentifier",
    username: 'Utilisateur ou e-mail',
    password: 'Mot de passe',
    lost: "Moyens d'identification perdus ?",
    submit: 'Soumettre',
    continue: 'Continuer',
    code: 'Code',
    resetFactor: "Réinitialiser mon deuxième facteur d'authentification",
    resetPassword: 'Réinitialiser mon mot de passe',
    mailSubject: 'Réinitialiser vos moyens de connexion',
    allow: 'Autoriser',
    onward: /^Continuer vers /,
  },
} as const;
type Language = keyof typeof WORDS;

export const press = (page: Page, name: string) => page.getByRole('button', { name: named(name) }).click();
export const follow = (page: Page, name: string) => page.getByRole('link', { name: named(name) }).click();
export const fill = (page: Page, label: string, text: string) => page.getByLabel(named(label)).fill(text);

/** From the application to Regain's first page. */
export async function leaveApplication(world: World, page: Page): Promise<void> {
  await page.goto(`${world.app}/sign-in`);
}

export async function typePassword(
  page: Page,
  person: Pick<Person, 'username' | 'password'>,
  language: Language = 'en',
): Promise<void> {
  const words = WORDS[language];
  await fill(page, words.username, person.username);
  await fill(page, words.password, person.password);
  await press(page, words.signIn);
}

export async function typeCode(page: Page, code: string, language: Language = 'en'): Promise<void> {
  await fill(page, WORDS[language].code, code);
  await press(page, WORDS[language].continue);
}

/**
 * Opens a page of Regain's own and signs in to it with password and app. The clock moves on by one step, so that the next code is a new one.
 * `code`: where the app is not the one that the person began with.
 */
export async function signInTo(
  world: World,
  { page }: Pick<Visit, 'page'>,
  person: Person,
  { language, path = '/account', code }: { language: Language; path?: string; code?: () => string },
): Promise<void> {
  await page.goto(`${world.issuer}${path}`);
  await typePassword(page, person, language);
  await typeCode(page, code?.() ?? person.authenticator?.code() ?? '', language);
  world.clock.skip(30_000);
}

/** "Lost credentials?", the name, "Submit". */
export async function askForLink(page: Page, username: string, language: Language = 'en'): Promise<void> {
  const words = WORDS[language];
  await follow(page, words.lost);
  await fill(page, words.username, username);
  await press(page, words.submit);
}

/** What the newest e-mail to this person brings. */
export async function recoveryMail(
  world: World,
  person: Pick<Person, 'email'>,
): Promise<{ link: string; code: string; subject: string }> {
  const mail = await world.mail.waitFor(
    (message) => message.recipients.includes(person.email) && message.text.includes('/lost-credentials/link/'),
  );
  const link = /https?:\/\/\S+\/lost-credentials\/link\/[\w-]+/.exec(mail.text)?.[0];
  const code = /\b(\d{3})[ \u00a0]?(\d{3})\b/.exec(mail.text);
  if (!link || !code) throw new Error(`no link or code in: ${mail.text}`);
  return { link, code: `${code[1]}${code[2]}`, subject: mail.subject };
}

/** Messages whose code was typed: an older one is not taken for the one that is still on its way. */
const read = new WeakSet<object>();

export async function smsCode(world: World, person: Pick<Person, 'phone'>): Promise<string> {
  const sms = await world.sms.waitFor(
    (message) => !read.has(message) && message.to === person.phone && /#\d{6}$/.test(message.text),
  );
  read.add(sms);
  return sms.text.slice(-6);
}

/** Back in the application, by way of the check-up after a first second factor and the consent that it asks for the first time. */
export async function arrive(world: World, page: Page, language: Language = 'en'): Promise<void> {
  const allow = page.getByRole('button', { name: named(WORDS[language].allow) });
  const onward = page.getByRole('button', { name: WORDS[language].onward });
  await onward.or(allow).or(page.getByTestId('sub')).waitFor();
  if (await onward.isVisible()) await onward.click();
  await allow.or(page.getByTestId('sub')).waitFor();
  if (await allow.isVisible()) await allow.click();
  await page.waitForURL((url) => url.origin === world.app);
}
