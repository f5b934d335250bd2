import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../../web/recovery/browser.ts';
import type { PageOf } from '../../web/recovery/page.ts';
import { ask, enrolShown, letterTo, otherThan, smsCode, typePassword, WORDS } from '../../web/recovery/steps.ts';
import { type Application, CALLBACK, type World } from '../../web/recovery/world.ts';
import { type Exchange, Witness } from './browsers.ts';
import { dump } from './rows.ts';

const words = WORDS.en;
const NEW_PASSWORD = 'a quiet harbour in spring';
const INVITED_PASSWORD = 'an evening on the other shore';

/** Something secret that went through Regain. `home`: the one kind of answer that gives it; `mailed`: an e-mail brings it. */
export interface Secret {
  readonly what: string;
  readonly value: string;
  readonly home?: (exchange: Exchange) => boolean;
  readonly mailed?: boolean;
}

/** What a full run left behind: everything secret, every answer, every page, and the database at several moments of it. */
export interface FullRun {
  readonly secrets: readonly Secret[];
  readonly exchanges: readonly Exchange[];
  readonly pages: readonly PageOf[];
  readonly dumps: readonly string[];
}

/** The key of an app may be read on the page that registers it. */
const registering = ({ url, body }: Exchange) => url.includes('new-factor') && body.includes('totp-secret');
/** An authorization code goes to the application's own address, in the query of a redirect. */
const toApplication = ({ headers }: Exchange) => (headers.get('location') ?? '').startsWith(CALLBACK);
const setting =
  (name: string) =>
  ({ headers }: Exchange) =>
    headers.getSetCookie().some((line) => line.startsWith(`${name}=`));
/** What stands in the address too is no secret; its signature, in a cookie of its own, is. */
const OPEN_COOKIES = ['regain_interaction', 'regain_resume', 'regain_held', 'regain_language'];
const wrong = (code: string) => String((Number(code) + 123_457) % 1_000_000).padStart(6, '0');

/**
 * Sign-in with wrong tries and tokens, recovery by link, password and SMS, a contest looked at, a password reset by short code and
 * app, an invitation; each secret kept as it comes by.
 */
export async function fullRun(world: World, app: Application): Promise<FullRun> {
  const secrets: Secret[] = [];
  const pages: PageOf[] = [];
  const dumps: string[] = [];
  const browsers: Witness[] = [];
  const keep = (what: string, value: string | undefined, more: Pick<Secret, 'home' | 'mailed'> = {}): string => {
    if (!value) throw new Error(`there was no ${what}`);
    secrets.push({ what, value, ...more });
    return value;
  };
  const seen = (page: PageOf): PageOf => {
    pages.push(page);
    return page;
  };
  const open = (): Witness => {
    const browser = new Witness(world.origin);
    browsers.push(browser);
    return browser;
  };
  const keepCookies = ({ jar }: Browser): void => {
    for (const { name, value } of jar.values())
      if (!OPEN_COOKIES.includes(name) && !secrets.some((known) => known.value === value))
        keep(`the cookie ${name}`, value, { home: setting(name) });
  };
  const read = async () => dumps.push(await dump(world));

  async function signIn(person: Person, browser: Witness): Promise<void> {
    const asked = await app.open(browser, { scope: 'openid offline_access', prompt: 'consent' });
    keepCookies(browser);
    const typo = keep('a wrong password', 'wrong password, dear me');
    let page = seen(await typePassword(browser, seen(asked.page), person, typo));
    page = seen(await typePassword(browser, page, person));
    page = seen(await browser.press(page, words.continue, { code: keep('a wrong code', wrong(person.code())) }));
    page = seen(await browser.press(page, words.continue, { code: keep('a code of the app', person.code()) }));
    keepCookies(browser);
    const back = await browser.press(page, words.allow);
    keep('an authorization code', back.url.searchParams.get('code') ?? '', { home: toApplication });
    const tokens = await asked.tokens(back);
    keep('an access token', tokens.access_token);
    keep('a refresh token', tokens.refresh_token);
    keep('an ID token', tokens.id_token);
  }

  /** By the link; the mail is held back while the database is read. Returns the key of the new app. */
  async function recover(person: Person, browser: Witness): Promise<string> {
    world.mailSink.behave('hold');
    seen(await browser.press(seen(await browser.open('/lost-credentials')), undefined, { username: person.username }));
    keepCookies(browser);
    await read();
    world.mailSink.behave('accept');
    const letter = await letterTo(world, person);
    keep('the token of a link', letter.link.split('/').at(-1), { mailed: true });
    keep('a short code', letter.code, { mailed: true });
    let page = seen(await browser.open(letter.link));
    keepCookies(browser);
    page = seen(await browser.press(page, words.factor));
    page = seen(await browser.press(page, words.signIn, { password: PASSWORD }));
    await read();
    const code = keep('a code by SMS', await smsCode(world, person));
    page = seen(await browser.press(page, words.continue, { code: otherThan(code) }));
    page = seen(await browser.press(page, words.continue, { code }));
    const secret = keep('the key of the new app', page.totpSecret, { home: registering });
    await read();
    keep('the code that confirms it', codeOf(secret, Date.now()));
    seen((await enrolShown(browser, seen(page))).page);
    keepCookies(browser);
    const { text } = await world.mail(person.email, words.replaced);
    keep('the token of a contest', /\/not-me\/([\w-]+)/.exec(text)?.[1], { mailed: true });
    seen(await browser.open(/http:\S+\/not-me\/[\w-]+/.exec(text)?.[0] ?? ''));
    keepCookies(browser);
    return secret;
  }

  /** By the short code and the new app, once that has signed in. */
  async function resetPassword(person: Person, browser: Witness, secret: string): Promise<void> {
    world.later(16 * 60_000);
    let page = await typePassword(browser, (await app.open(browser)).page, person);
    seen(await browser.press(page, words.continue, { code: codeOf(secret, Date.now()) }));
    const waiting = seen(await ask(browser, person.email));
    const letter = await letterTo(world, person);
    keep('the token of another link', letter.link.split('/').at(-1), { mailed: true });
    const code = keep('another short code', letter.code, { mailed: true });
    page = seen(await browser.press(waiting, words.continue, { code }));
    page = seen(await browser.press(page, words.password));
    world.later(30_000);
    page = seen(await browser.press(page, words.continue, { code: codeOf(secret, Date.now()) }));
    const refused = keep('a refused password', 'q7Zw-x');
    page = seen(await browser.press(page, words.setPassword, { password: refused }));
    seen(await browser.press(page, words.setPassword, { password: NEW_PASSWORD }));
    keepCookies(browser);
    await read();
  }

  async function accept(browser: Witness): Promise<void> {
    const { link } = await world.invited({ givenName: 'Zoé' });
    keep('the token of an invitation', link.split('/').at(-1), { mailed: true });
    let page = seen(await browser.press(seen(await browser.open(link)), 'Set up my account'));
    page = seen(await browser.press(page, words.setPassword, { password: INVITED_PASSWORD }));
    await read();
    keep('the key of a first app', page.totpSecret, { home: registering });
    seen((await enrolShown(browser, page)).page);
    keepCookies(browser);
    await read();
  }

  const person = await world.person();
  keep('the password', PASSWORD);
  keep('the new password', NEW_PASSWORD);
  keep('the password of an invited person', INVITED_PASSWORD);
  keep('the key of the app', person.totp);
  keep('the client’s secret', app.secret);
  const browser = open();
  await signIn(person, browser);
  await resetPassword(person, open(), await recover(person, browser));
  await accept(open());
  await troubles(world, app, open(), secrets, seen);
  return { secrets, pages, dumps, exchanges: browsers.flatMap((one) => one.seen) };
}

/** What goes wrong, with secrets in every part of a request: neither error pages nor the log may repeat them. */
async function troubles(
  world: World,
  app: Application,
  browser: Witness,
  secrets: readonly Secret[],
  seen: (page: PageOf) => PageOf,
): Promise<void> {
  const { csrf } = await browser.open('/lost-credentials');
  for (const { value } of secrets) {
    const text = encodeURIComponent(value);
    const paths = [`/lost-credentials/link/${text}/more`, `/nothing/${text}`, `/sign-in/${text}`];
    for (const address of [...paths, `/account?token=${text}`, `/auth?client_secret=${text}`])
      await browser.request(address);
    await browser.post('/lost-credentials', { password: value });
    await browser.post('/lost-credentials/choose', { _csrf: csrf, goal: value });
    await browser.request('/lost-credentials', { method: 'POST', body: JSON.stringify({ password: value }) });
    const grant = { grant_type: 'authorization_code', code: value, client_id: 'x', client_secret: value };
    await browser.request('/token', { method: 'POST', body: new URLSearchParams(grant) });
    await browser.request('/me', { headers: { authorization: `Bearer ${value}` } });
  }
  // A fault whose message says more than it should.
  const { accounts } = world.ports.store;
  const before = { ...accounts };
  const token = secrets.find(({ what }) => what === 'the token of a link')?.value;
  const fault = new Error(`no answer from postgres://regain:${app.secret}@db/regain?token=${token} for /link/${token}`);
  Object.assign(accounts, { findByIdentifier: () => Promise.reject(fault) });
  const failing = seen(await ask(browser, 'anybody'));
  Object.assign(accounts, before);
  if (failing.status !== 500) throw new Error(`a fault was answered ${failing.status}`);
}
