import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request as send } from 'node:http';
import { text as bodyOf } from 'node:stream/consumers';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAccount } from '../../src/flows/administration/create-account.ts';
import { codeOf, PASSWORD } from '../support/people.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { allow, ask, letterTo, typePassword, WORDS } from '../web/recovery/steps.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { Witness } from './support/browsers.ts';
import { rows } from './support/rows.ts';

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('<i>Notes</i> & "more"');
});

const TEXTS = {
  markup: '"><script>alert(1)</script><img src=x onerror=alert(1)>',
  'an attribute': `' onmouseover='alert(1)" autofocus onfocus="alert(1)`,
  templates: '<%= 8191*8191 %> ${8191*8191} {{8191*8191}} {{{identifier}}} $t(sign-in:title) #{8191*8191}',
  'an entity': '&lt;b&gt; &amp;amp; &#60;',
  SQL: `'; drop table accounts; -- \\' or 1=1`,
  'right to left': '\u202e\u2066moc.elpmaxe@live\u2069\u202c \u0645\u0631\u062d\u0628\u0627',
  'things one cannot see': 'a\u200bb\u00adc\ufeffd\u2028e\u2029f\u0085',
  emoji: '🦄👩‍👩‍👧‍👦🏳️‍🌈'.repeat(8),
  'combining marks': `Z${'\u0301\u0316'.repeat(100)}`,
  'broken percents': '%E0%A4%A %00 %zz %0d%0a',
};
/** What no page takes as it is: these are refused with a page, and nothing is looked up. */
const IMPOSSIBLE = {
  'a NUL': 'ad\0min',
  'line ends': 'ada\r\nSet-Cookie: evil=1\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>',
  'ten thousand characters': 'x'.repeat(10_000),
  'ten thousand emoji': '🦄'.repeat(10_000),
};

/** A page of ours that says what is wrong, with nothing of the text at work in it. */
function harmless(page: Pick<PageOf, 'status' | 'html' | 'headers'>, about: string): void {
  expect([about, page.status < 500, page.status]).toEqual([about, true, page.status]);
  expect([about, page.html.match(/<script>|<img|onerror=alert\(1\)>|onmouseover='|<b>/)]).toEqual([about, null]);
  expect([about, page.html.includes('67092481')]).toEqual([about, false]);
  expect([about, page.headers.get('bcc')]).toEqual([about, null]);
  expect([about, page.headers.getSetCookie().filter((line) => line.startsWith('evil'))]).toEqual([about, []]);
  expect([about, /<h1/.test(page.html)]).toEqual([about, true]);
}

describe.each(Object.entries(TEXTS))('A28 %s', (name, typed) => {
  test('as a name: shown as it was typed, by every page that shows it; nothing is lost', async () => {
    const browser = world().browser();
    const sent = await ask(browser, typed);
    harmless(sent, name);
    expect(sent.path).toBe('/lost-credentials/sent');
    expect(sent.text).toContain(typed.trim().replaceAll('’', "'").replaceAll(/\s+/g, ' '));

    const page = await typePassword(browser, (await app.open(browser)).page, { username: typed }, 'wrong');
    harmless(page, name);
    expect([page.status, page.forms[0]?.fields['username']]).toEqual([422, typed]);
    expect(page.html).not.toContain('"wrong"');
    const asking = await browser.open(page.link(WORDS.en.lost));
    expect(asking.forms[0]?.fields['username']).toBe(typed.trim());
  });

  test('as a password, a code, an answer of a passkey: refused, never shown, never a fault', async () => {
    const person = await world().person();
    const browser = world().browser();
    let page = await typePassword(browser, (await app.open(browser)).page, person, typed);
    harmless(page, name);
    expect([page.status, page.html.includes('alert(1)'), page.forms[0]?.fields['password']]).toEqual([422, false, '']);
    page = await typePassword(browser, page, person);
    const path = page.path;
    for (const [below, fields] of [
      ['/totp', { code: typed }],
      ['/passkey', { response: typed }],
      ['/passkey', { response: JSON.stringify({ id: typed, rawId: typed, response: { clientDataJSON: typed } }) }],
    ] as const) {
      const shown = await browser.post(path + below, { _csrf: page.csrf, ...fields });
      harmless(shown, `${name} ${below}`);
      expect([200, 422]).toContain(shown.status);
    }
    const back = await browser.press(await browser.open(path), WORDS.en.continue, { code: person.code() });
    expect((await allow(browser, back)).url.searchParams.get('code')).not.toBeNull();
  });

  test('in addresses, queries and cookies: a page, nothing more', async () => {
    const encoded = encodeURIComponent(typed);
    const client = app.config.clientMetadata().client_id;
    const addresses = [
      `/sign-in/${encoded}`,
      `/sign-in/${encoded}/totp`,
      `/lost-credentials/link/${encoded}`,
      `/invitation/${encoded}`,
      `/not-me/${encoded}`,
      `/auth/${encoded}`,
      `/help/${encoded}`,
      `/language/${encoded}`,
      `/assets/${encoded}`,
      `/${encoded}`,
      `/lost-credentials?x=${encoded}`,
      `/auth?client_id=${encoded}`,
      `/auth?client_id=${client}&redirect_uri=${encoded}&state=${encoded}&scope=openid&response_type=code`,
      `/session/end?id_token_hint=${encoded}&state=${encoded}&client_id=${client}`,
    ];
    for (const address of addresses)
      harmless(await world().browser().open(address), `${name} in ${address.split(encoded)[0]}`);
    const hinted = await app.open(world().browser(), { login_hint: typed, ui_locales: typed, state: typed });
    harmless(hinted.page, name);
    expect(hinted.page.forms[0]?.fields['username']).toBe(typed);

    const browser = world().browser();
    for (const cookie of [
      'regain_recovery',
      'regain_origin',
      'regain_link',
      'regain_receipt',
      'regain_form',
      'regain_held',
      'regain_session',
      'regain_language',
      'regain_device',
    ])
      browser.jar.set(`${cookie} /`, { name: cookie, value: encoded, path: '/', expires: Number.POSITIVE_INFINITY });
    for (const path of [
      '/lost-credentials',
      '/lost-credentials/sent',
      '/lost-credentials/choose',
      '/lost-credentials/done',
      '/account',
      '/invitation',
    ])
      harmless(await browser.open(path), `${name} in cookies of ${path}`);
  });
});

test.each(Object.entries(IMPOSSIBLE))(
  'A28 %s in a field: refused with a page that leads back, wherever it is typed',
  async (name, typed) => {
    const browser = world().browser();
    const { page } = await app.open(browser);
    const forms = [
      ['/lost-credentials', { username: typed }],
      [page.path, { username: typed, password: 'wrong' }],
      [page.path, { username: 'ada', password: typed }],
      [`${page.path}/totp`, { code: typed }],
      ['/lost-credentials/sent', { code: typed }],
      ['/lost-credentials/choose', { goal: typed }],
    ] as const;
    for (const [path, fields] of forms) {
      const shown = await browser.post(path, { _csrf: page.csrf, ...fields });
      harmless(shown, `${name} at ${path}`);
      expect(shown.html.length).toBeLessThan(30_000);
    }
  },
);

test('A28 user agents and other headers: cleaned before they are kept, escaped in e-mails and logs', async () => {
  const person = await world().person();
  const agent = `Mozilla/5.0 ${TEXTS.markup} \u00ad${'A'.repeat(2_000)}`;
  const browser = new Witness(world().origin, {
    'user-agent': agent,
    'accept-language': `fr"><script>,${'x'.repeat(500)}`,
  });
  harmless(await ask(browser, person.username), 'headers');
  const { mail, link } = await letterTo(world(), person);
  expect(mail.html).not.toMatch(/<script|<img src=x/);
  expect(mail.headerNames.map((name) => name.toLowerCase())).not.toContain('bcc');
  harmless(await browser.open(link), 'the link');
  const [kept] = await rows(
    world(),
    sql<{ user_agent: string }>`
      select user_agent from audit_log where account_id = ${person.id} and kind = 'recovery.begun'`,
  );
  expect(kept?.user_agent.length).toBeLessThanOrEqual(300);
  expect(kept?.user_agent).not.toMatch(/\p{C}/u);
  // Every line of the log is one JSON object, whatever was in the headers.
  for (const line of world().log().trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});

test('A28 names with markup, in pages and e-mails', async () => {
  const username = '"><b>zoé</b>&amp;';
  const email = 'zoe.strange@example.com';
  const made = await createAccount(world().running.context.administration, {
    username,
    email,
    givenName: '<u>Zoé</u>',
    familyName: 'O’Brien 🦄 \u0645\u0631\u062d\u0628\u0627 {{8191*8191}}',
    organizationId: 'default',
    emailVerified: false,
    phoneVerified: false,
    invite: true,
  });
  expect(made.outcome).toBe('created');
  const invitation = await world().mail(email, '');
  expect(invitation.html).not.toMatch(/<u>|<b>z/);
  expect(invitation.html).toContain('&lt;b&gt;zoé&lt;/b&gt;');
  expect(invitation.text).toContain(username);
  const browser = world().browser();
  const welcome = await browser.open(/http:\S+\/invitation\/[\w-]+/.exec(invitation.text)?.[0] ?? '');
  harmless(welcome, 'welcome');
  expect(welcome.heading).toContain('<u>Zoé</u>');
  let page = await browser.press(welcome, 'Set up my account');
  page = await browser.press(page, WORDS.en.setPassword, { password: PASSWORD });
  harmless(page, 'register');
  const { totpSecret } = page;
  page = await browser.press(page, WORDS.en.continue, { code: codeOf(totpSecret, Date.now()) });
  harmless(page, 'receipt');

  const other = world().browser();
  const asked = await app.open(other);
  harmless(asked.page, 'sign-in');
  page = await typePassword(other, asked.page, { username });
  harmless(page, 'second factor');
  world().later(30_000);
  page = await other.press(page, WORDS.en.continue, { code: codeOf(totpSecret, Date.now()) });
  harmless(page, 'consent');
  expect(page.html).not.toContain('<i>Notes');
  expect(page.heading).toContain('<i>Notes</i> & "more"');
  harmless(await other.open('/account'), 'account');
});

test('A28 what no client of ours sends: bytes, methods and lines that are none', async () => {
  const { hostname, port } = new URL(world().origin);
  const raw = async (options: RequestOptions, body?: string | Buffer) => {
    const request = send({ hostname, port, ...options });
    request.end(body);
    const [answer]: IncomingMessage[] = await once(request, 'response');
    return { status: answer?.statusCode ?? 0, body: answer ? await bodyOf(answer) : '' };
  };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const multipart = { 'content-type': 'multipart/form-data; boundary=x' };
  const found = [
    await raw({ path: '/lost-credentials/link/%ff%fe' }),
    await raw({ path: '/lost-credentials/%2e%2e%2f%2e%2e%2fetc/passwd' }),
    await raw({ path: '/assets/..%2f..%2fpackage.json' }),
    await raw({ path: `/${'a/'.repeat(2_000)}` }),
    await raw({ method: 'POST', path: '/lost-credentials', headers: form }, Buffer.from([0xff, 0xfe, 0x3d, 0xff])),
    await raw({ method: 'POST', path: '/lost-credentials', headers: multipart }, '--x--'),
    await raw({ method: 'PUT', path: '/lost-credentials' }),
    await raw({ method: 'TRACE', path: '/lost-credentials' }),
    await raw({ path: '/lost-credentials', headers: { cookie: `a=${'b'.repeat(8_000)}; regain_form=%%%; =; ;;` } }),
  ];
  expect(found.map(({ status }) => status >= 500)).toEqual(found.map(() => false));
  expect(found.some(({ body }) => body.includes('"dependencies"'))).toBe(false);
  // And it still serves.
  expect((await world().browser().open('/lost-credentials')).status).toBe(200);
});
