import { beforeAll, describe, expect, test } from 'vitest';
import { codeOf, PASSWORD, type Person } from '../support/people.ts';
import { ISSUER } from '../support/ports.ts';
import type { Browser } from '../web/recovery/browser.ts';
import { ask, letterTo, WORDS } from '../web/recovery/steps.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { Witness } from './support/browsers.ts';
import { dump } from './support/rows.ts';
import { signIn, walkToRegister } from './support/walks.ts';

const words = WORDS.en;
const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});

const rowsOf = async ({ id }: Person) =>
  (await dump(world()))
    .split('\n')
    .filter((line) => line.includes(id))
    .toSorted((a, b) => a.localeCompare(b));

interface Forgery {
  readonly csrf: (own: string, foreign: string) => string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A form that some other page makes this browser send: with its cookies, without what only our own page knows. */
const FORGERIES: Readonly<Record<string, Forgery>> = {
  'without a token': { csrf: () => undefined },
  'with an empty token': { csrf: () => '' },
  'with a token of the attacker’s own browser': { csrf: (_own, foreign) => foreign },
  'with a token that was changed': { csrf: (own) => `${own.slice(0, -2)}${own.endsWith('AA') ? 'BB' : 'AA'}` },
  'from another site, as the browser says': { csrf: (own) => own, headers: { 'sec-fetch-site': 'cross-site' } },
  'from a neighbouring host': { csrf: (own) => own, headers: { 'sec-fetch-site': 'same-site' } },
  'from another origin': { csrf: (own) => own, headers: { origin: 'https://evil.example' } },
};

/** Every forgery of one form; each is refused with a page and moves nothing. */
async function forgedOnly(person: Person, victim: Browser, csrf: string, path: string, fields: Record<string, string>) {
  const foreign = (await world().browser().open('/lost-credentials')).csrf;
  await world().sentTo(person);
  const before = await rowsOf(person);
  for (const [name, forgery] of Object.entries(FORGERIES)) {
    const token = forgery.csrf(csrf, foreign);
    const body = new URLSearchParams({ ...fields, ...(token !== undefined && { _csrf: token }) }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...forgery.headers };
    const answer = await victim.request(path, { method: 'POST', body, headers });
    expect([path, name, [400, 403].includes(answer.status), answer.headers.get('location')]).toEqual([
      path,
      name,
      true,
      null,
    ]);
  }
  const plain = {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: new URLSearchParams(fields).toString(),
  };
  expect((await victim.request(path, plain)).status).toBe(415);
  expect(await rowsOf(person)).toEqual(before);
}

describe('A27 forged forms', () => {
  test('begin no recovery, prove nothing in one, finish none', async () => {
    const person = await world().person();
    const victim = world().browser();
    const { csrf } = await victim.open('/lost-credentials');
    await forgedOnly(person, victim, csrf, '/lost-credentials', { username: person.username });
    await ask(victim, person.username);
    const { link, code } = await letterTo(world(), person);
    await forgedOnly(person, victim, csrf, '/lost-credentials/sent', { code });
    await forgedOnly(person, victim, csrf, '/lost-credentials/sent/again', {});
    await victim.open(link);
    await forgedOnly(person, victim, csrf, '/lost-credentials/choose', { goal: 'reset-second-factor' });

    world().later(16 * 60_000);
    const page = await walkToRegister(world(), victim, person);
    const enrolling = { code: codeOf(page.totpSecret, Date.now()) };
    await forgedOnly(person, victim, csrf, '/lost-credentials/new-factor/totp', enrolling);
    await forgedOnly(person, victim, csrf, '/lost-credentials/choose', { goal: 'reset-password' });
    expect((await victim.press(page, words.continue, { code: codeOf(page.totpSecret, Date.now()) })).heading).toBe(
      words.replaced,
    );
  });

  test('sign nobody in (login CSRF), and nobody up', async () => {
    const [person, invited] = [await world().person(), await world().invited()];
    const victim = world().browser();
    const { page } = await app.open(victim);
    await forgedOnly(person, victim, page.csrf, page.path, { username: person.username, password: PASSWORD });
    await forgedOnly(person, victim, page.csrf, `${page.path}/abort`, {});
    await victim.open(invited.link);
    const owner = { ...person, id: invited.id };
    await forgedOnly(owner, victim, page.csrf, '/invitation', {});
    expect((await victim.open('/account')).heading).toBe('Sign in to your account');
  });

  test('block no account', async () => {
    const person = await world().person();
    const { text } = await world().mail(person.email, 'A second factor was added');
    const link = /http:\S+\/not-me\/[\w-]+/.exec(text)?.[0] ?? '';
    const digits = /: (\d{2})\s/.exec(text.replaceAll('\u00a0', ' '))?.[1] ?? '';
    const victim = world().browser();
    const { csrf } = await victim.open(link);
    await forgedOnly(person, victim, csrf, '/not-me', { digits });
    expect((await world().ports.store.accounts.load(person.id))?.suspendedAt).toBeNull();
  });

  test('a sign-out asks first, and only its own page answers', async () => {
    const person = await world().person();
    const victim = world().browser();
    await signIn(world(), app, victim, person);
    const signedIn = async () => (await victim.copy().open('/account')).heading === 'Your account';
    await victim.open('/session/end');
    expect(await signedIn()).toBe(true);
    for (const body of ['logout=yes', 'logout=yes&xsrf=', `logout=yes&xsrf=${'x'.repeat(43)}`]) {
      const answer = await victim.post('/session/end/confirm', body);
      expect(answer.status).toBe(400);
    }
    expect(await signedIn()).toBe(true);
  });
});

test('A27 nothing of ours is shown in a frame: pages, errors, the provider’s own', async () => {
  const person = await world().person();
  const witness = new Witness(world().origin);
  await signIn(world(), app, witness, person);
  for (const path of [
    '/account',
    '/lost-credentials',
    '/lost-credentials/over',
    '/session/end',
    '/support',
    '/help',
    '/nothing',
  ])
    await witness.open(path);
  await witness.open('/auth?client_id=nobody');
  await witness.open('/language/xx');
  await witness.post('/lost-credentials', 'username=a');
  await witness.request('/lost-credentials', { method: 'DELETE' });
  expect(new Set(witness.seen.map(({ status }) => status)).size).toBeGreaterThan(5);
  for (const { url, headers } of witness.seen) {
    expect([url, headers.get('x-frame-options')]).toEqual([url, 'DENY']);
    expect([url, headers.get('content-security-policy')]).toEqual([
      url,
      expect.stringContaining("frame-ancestors 'none'"),
    ]);
    expect([url, headers.get('referrer-policy')]).toEqual([url, 'no-referrer']);
  }
});

const ELSEWHERE = [
  'https://evil.example/',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '/%5Cevil.example',
  '\\/evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  'http://localhost:3000@evil.example/',
  'http://localhost:3000.evil.example/',
  `${ISSUER}//evil.example`,
];

describe('A27 open redirects', () => {
  test.each(ELSEWHERE)('%s leads nowhere else, wherever it is written', async (to) => {
    const encoded = encodeURIComponent(to);
    const addresses = [
      `/language/fr?return=${encoded}`,
      `/lost-credentials?return=${encoded}&next=${encoded}&redirect_uri=${encoded}`,
      `/account?return=${encoded}`,
      `/auth?client_id=${app.config.clientMetadata().client_id}&response_type=code&scope=openid&redirect_uri=${encoded}`,
      `/auth?client_id=regain-account&response_type=none&scope=openid&redirect_uri=${encoded}`,
      `/session/end?post_logout_redirect_uri=${encoded}`,
      `/session/end?client_id=${app.config.clientMetadata().client_id}&post_logout_redirect_uri=${encoded}`,
    ];
    for (const address of addresses) {
      const answer = await world().browser().request(address);
      const location = answer.headers.get('location');
      const led = location === null ? ISSUER : new URL(location, ISSUER).origin;
      expect([address, answer.status < 500, led]).toEqual([address, true, ISSUER]);
      expect(location ?? '').not.toMatch(/^\/[/\\]/);
      const body = await answer.text();
      expect(body).not.toMatch(/(?:href|action|content)="[^"]*(?:\/\/|;url=)evil\.example/);
    }
  });
});
