import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { createClient } from '../../../src/flows/administration/create-client.ts';
import { editOrganization } from '../../../src/flows/administration/edit-organization.ts';
import { addOrganization } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { ask, walkToNewFactor } from '../recovery/steps.ts';
import { CALLBACK, useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();
/** Other nodes, and this one, hear of a change within moments. */
const soon = { timeout: 5_000, interval: 10 };
const LIST = '/admin/organizations';
const at = (id: string, below = '') => `${LIST}/${id}${below}`;

let desk: Browser;
let lake: string;
let theirs: Browser;

beforeAll(async () => {
  await world().policy(PRESETS['password-sms']);
  const own = { ...world().running.context, clock: { now: 0 }, close: async () => {} };
  lake = await addOrganization(own, PRESETS['password-sms']);
  const admin = await staff(world(), 'admin');
  const local = await staff(world(), 'admin', 'default');
  [desk, theirs] = [world().browser(), world().browser()];
  await openAdmin(world(), desk, admin);
  await openAdmin(world(), theirs, local);
});

const store = () => world().running.context.administration.store;

/** Fills in one part of the settings. */
async function edit(browser: Browser, id: string, part: string, fields: Record<string, string>): Promise<PageOf> {
  const page = await browser.open(at(id, `/${part}`));
  return browser.post(page.url.href, { ...(page.forms[0] ?? page.formWith()).fields, ...fields });
}

/** Sends a file as a browser does. */
async function upload(browser: Browser, id: string, file: Buffer, name = 'logo.png'): Promise<PageOf> {
  const page = await browser.open(at(id, '/logo'));
  const body = new FormData();
  for (const [key, value] of Object.entries((page.forms[0] ?? page.formWith()).fields)) body.set(key, value);
  body.set('logo', new File([new Uint8Array(file)], name));
  return browser.open(page.url.href, { method: 'POST', body });
}

const svg = (inner: string, attributes = 'width="320" height="64"') =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inner}</svg>`);
const MARK = '<rect x="4" y="4" width="200" height="56" fill="#0b4f52"/>';

const blank = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#0b4f52' }, limitInputPixels: false })
    .png()
    .toBuffer();

/** The sign-in page of an application of this organization. */
async function signInPage(id: string): Promise<PageOf> {
  const made = await createClient(world().running.context.administration, {
    name: 'Shop',
    organizationId: id,
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: [],
    grants: ['authorization_code'],
    kind: 'public',
  });
  if (made.outcome !== 'created') throw new Error(made.reason);
  const app = await world().relyingParty(made.clientId, undefined);
  return (await app.open(world().browser())).page;
}

const brandLinks = ({ html }: PageOf) => [...html.matchAll(/"(\/brand\/[^"]+)"/g)].map(([, link = '']) => link);

describe('an organization of its own look', () => {
  test('is made, named, coloured and given a logo in the console, and shows them where its application sends people', async () => {
    const made = await desk.press(await desk.open(`${LIST}/new`), undefined, { name: 'Lac & Cie', locale: 'fr' });
    expect([made.status, made.heading]).toEqual([200, 'Lac & Cie']);
    const id = made.path.split('/').at(-1) ?? '';
    await edit(desk, id, 'about', { support_email: 'aide@lac.example', support_phone: '+41 44 668 18 00' });
    await edit(desk, id, 'colours', { accent_light: '003B73' });
    const shown = await upload(desk, id, svg(MARK), 'logo.svg');
    expect([shown.status, shown.path]).toEqual([200, at(id)]);
    expect(shown.text).toContain('#003b73');

    const links = await vi.waitFor(async () => {
      const page = await signInPage(id);
      expect(page.html).toContain('alt="Lac &amp; Cie"');
      expect(page.html).not.toContain('class="mark"');
      return brandLinks(page);
    }, soon);
    expect(links.some((link) => link.includes(id) || link.includes('lac'))).toBe(false);
    const [css = '', png = ''] = [
      links.find((link) => link.endsWith('.css')),
      links.find((link) => link.endsWith('.png')),
    ];
    const sheet = await world().browser().request(css);
    expect(sheet.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await sheet.text()).toMatch(/^:root\{--accent:#003b73;--accent-ink:#ffffff\}.*prefers-color-scheme:dark/);
    const logo = await world().browser().request(png);
    expect(
      Object.fromEntries(['content-type', 'x-content-type-options'].map((name) => [name, logo.headers.get(name)])),
    ).toEqual({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
    });
    expect(logo.headers.get('content-security-policy')).toContain("default-src 'none'; sandbox");
    expect(logo.headers.getSetCookie()).toEqual([]);

    const others = await signInPage(lake);
    expect([brandLinks(others), others.html.includes('class="mark"')]).toEqual([[], true]);
  });

  test('colours that cannot be read are refused with the ratio and the nearest that can; what was typed stays', async () => {
    const page = await edit(desk, lake, 'colours', { accent_light: '#1f9bd6', accent_dark: '#333333' });
    expect(page.status).toBe(422);
    expect(page.alert).toMatch(/contrast of 2\.8\d to 1 on the page, and needs 7 to 1.*: #[0-9a-f]{6}/);
    expect(page.alert).toMatch(/In the dark this colour has a contrast of 1\.\d+ to 1/);
    expect(page.formWith().fields).toMatchObject({ accent_light: '#1f9bd6', accent_dark: '#333333' });
    const [light = '', dark = ''] = [...page.alert.matchAll(/: (#[0-9a-f]{6})/g)].map(([, colour = '']) => colour);
    const taken = await edit(desk, lake, 'colours', { accent_light: light, accent_dark: dark });
    expect([taken.status, taken.path]).toEqual([200, at(lake)]);
  });

  test('two who change it at once: the second reads what holds now', async () => {
    const page = await desk.open(at(lake, '/about'));
    await edit(desk, lake, 'about', { support_email: 'one@lake.example' });
    const late = await desk.post(page.url.href, { ...page.formWith().fields, support_email: 'two@lake.example' });
    expect([late.status, late.text.includes('one@lake.example')]).toEqual([409, true]);
    expect(late.formWith().fields['support_email']).toBe('two@lake.example');
  });
});

describe.each(['en', 'fr'] as const)('somebody of an organization of its own look, in %s', (locale) => {
  test('gets e-mails and SMS in its name, with its logo and colours, and whom to ask; registers the app that it recommends', async () => {
    await upload(desk, lake, svg(MARK));
    await edit(desk, lake, 'about', { name: 'Léman', support_email: 'aide@leman.example' });
    await edit(desk, lake, 'colours', { accent_light: '#003b73', accent_dark: '' });
    await edit(desk, lake, 'messages', {
      sender_name: 'Léman, service clients',
      sender_address: 'aide@leman.example',
      sms_name: 'LEMAN',
    });
    const apple = 'https://apps.apple.com/app/id1';
    const app = await edit(desk, lake, 'apps', { app_1_name: 'Aegis', app_1_apple: apple });
    expect([app.status, app.path]).toEqual([200, at(lake)]);

    const person = await world().person({ organizationId: lake, locale });
    const browser = world().browser({ language: locale });
    const { organizations } = world().running.context.database;
    await vi.waitFor(async () => expect((await organizations.find(lake))?.apps).toHaveLength(1), soon);
    await ask(browser, person.username);
    const register = await walkToNewFactor(world(), browser, person, locale);
    expect(register.text).toContain('Aegis · App Store');
    expect(register.html).toContain(`href="${apple}"`);
    expect(register.html).toContain('alt="Léman"');

    const mail = world().mails.findLast(({ recipients }) => recipients.includes(person.email));
    expect(mail?.header('from')).toBe('=?UTF-8?Q?L=C3=A9man=2C_service_clients?= <aide@leman.example>');
    expect(mail?.raw).toMatch(/Content-Id: <logo>/i);
    for (const part of ['cid:logo', 'alt="Léman"', 'background:#003b73']) expect(mail?.html).toContain(part);
    expect(mail?.text).toContain(`-- \nLéman\n${locale === 'fr' ? 'Assistance\u00a0' : 'Support'}: aide@leman.example`);
    const sms = world().texts.findLast(({ to }) => to === person.phone);
    expect(sms?.text).toContain('LEMAN');
    expect(`${mail?.text}${mail?.html}${sms?.text}`).not.toContain('Regain');
  });
});

describe('attacks on organizations', () => {
  test.each([
    ['SVG with a script', () => svg(`<script>alert(1)</script>${MARK}`)],
    ['SVG with handlers and links', () => svg(`<a href="javascript:alert(1)" onclick="alert(1)">${MARK}</a>`)],
    [
      'a PNG with a page behind it',
      async () => Buffer.concat([await blank(200, 40), Buffer.from('<script>alert(1)</script>')]),
    ],
  ])('of %s only pixels are kept', async (_, make) => {
    const page = await upload(desk, lake, await make());
    expect([page.status, page.path]).toEqual([200, at(lake)]);
    const { logo } = (await store().organizations.find(lake)) ?? {};
    const kept = await world().running.context.database.organizations.logo(logo?.hash ?? '');
    expect(kept?.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(kept?.toString('latin1')).not.toMatch(/script|alert|onclick/i);
  });

  test.each([
    ['SVG with entities', () => Buffer.from(`<!DOCTYPE svg [<!ENTITY a "b">]>${svg(MARK).toString()}`), 'entities'],
    ['SVG with a file in it', () => svg(`<image href="file:///etc/passwd" width="9" height="9"/>${MARK}`), 'entities'],
    ['SVG as wide as a field', () => svg(MARK, 'width="100000" height="100000"'), 'too large'],
    ['a bomb of pixels', () => blank(9000, 2000), 'too large'],
    ['a page that calls itself a picture', () => Buffer.from('<html><script>alert(1)</script></html>'), 'neither PNG'],
  ])('%s is refused, and the logo stays', async (_, make, why) => {
    const before = await store().organizations.find(lake);
    const page = await upload(desk, lake, await make());
    expect([page.status, page.alert]).toEqual([422, expect.stringContaining(why)]);
    expect(await store().organizations.find(lake)).toEqual(before);
  });

  test('A24 an admin of one organization finds nothing of another, neither to read nor to change, and makes none', async () => {
    const list = await theirs.open(LIST);
    expect([list.text.includes('default'), list.text.includes(lake)]).toEqual([true, false]);
    const mine = await theirs.open(at('default', '/about'));
    const before = await store().organizations.find(lake);
    for (const part of ['about', 'colours', 'messages', 'apps', 'logo']) {
      expect((await theirs.open(at(lake, `/${part}`))).status).toBe(404);
      const sent = await theirs.post(at(lake, `/${part}`), { ...mine.formWith().fields, name: 'Mine now' });
      expect(sent.status).toBe(404);
    }
    expect((await theirs.open(`${LIST}/new`)).status).toBe(403);
    expect((await theirs.post(`${LIST}/new`, { ...mine.formWith().fields, locale: 'en' })).status).toBe(403);
    expect(await store().organizations.find(lake)).toEqual(before);
  });

  test('the sender takes no line ends and no addresses in its name, and its address is not the admin’s of one organization', async () => {
    const page = await edit(desk, lake, 'messages', {
      sender_name: 'Bank <security@bank.example>',
      sender_address: 'a@b.example\r\nBcc: all@b.example',
      sms_name: 'L'.repeat(21),
    });
    expect([page.status, page.alert.match(/Leave out @|one whole e-mail address|at most 20/g)?.toSorted()]).toEqual([
      422,
      ['Leave out @', 'at most 20', 'one whole e-mail address'],
    ]);
    const shown = await theirs.open(at('default', '/messages'));
    expect(shown.formWith().fields).not.toHaveProperty('sender_address');
    const forced = await theirs.post(shown.url.href, {
      ...shown.formWith().fields,
      sender_address: 'ceo@bank.example',
    });
    expect([forced.status, forced.alert]).toEqual([422, expect.stringContaining('Only an admin of all organizations')]);
    expect((await store().organizations.find('default'))?.senderAddress).toBeNull();
  });

  test('every change is in the log, from what to what', async () => {
    const { administration } = world().running.context;
    await editOrganization(administration, lake, (now) => ({ ...now, smsName: null }));
    await editOrganization(administration, lake, (now) => ({ ...now, smsName: 'Lake' }));
    const [line] = await store().log.page({ scope: [lake], kind: 'organization.changed', limit: 1 });
    expect(line?.details).toMatchObject({ changed: ['sms_name'], sms_name_before: null, sms_name: 'Lake' });
  });
});
