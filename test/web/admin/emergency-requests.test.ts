import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { closeAgedRequests } from '../../../src/flows/close-aged-requests.ts';
import { freeze } from '../../../src/flows/freeze.ts';
import { addOrganization, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const ASK = '/emergency-access/request';
const WORDS = {
  en: { send: 'Send the request', waits: 'Your request waits', stop: "It wasn't me: stop it" },
  fr: { send: 'Envoyer la demande', waits: 'Votre demande est en attente', stop: '' },
} as const;
const TYPED = { reason: 'my bag was stolen on the train', reach: '+41 79 555 01 02, ask for Ada' };
const DAY = 86_400_000;
const world = useWorld();
const policy = PRESETS['password-sms'];
const CHECK = policy.emergencyCode.operator.checks[0] ?? '';

let operator: Person;
let desk: Browser;

beforeAll(async () => {
  await world().policy(policy);
  operator = await staff(world(), 'operator', 'default');
  desk = world().browser();
});
beforeEach(() => world().policy(policy));

const audits = async ({ id }: Pick<Person, 'id'>) =>
  (await world().ports.store.activity.of(id, { limit: 50 })).map(({ kind }) => kind);
const queued = async ({ id }: Pick<Person, 'id'>) =>
  (await world().ports.store.emergencyRequests.queue(null, world().ports.now(), 1_000)).filter(
    ({ accountId }) => accountId === id,
  );
const at = (path = '') => openAdmin(world(), desk, operator, `/admin/requests${path}`);
const headersOf = ({ headers }: PageOf) => [...headers.keys()].filter((name) => name !== 'content-length');
/** Without what differs each time. */
const plain = (page: PageOf, username: string) =>
  page.html.replaceAll(username, '').replaceAll(/nonce="[^"]*"|value="[\w-]{20,}"|R-[0-9A-Z-]+|\d\d:\d\d/g, '');

async function ask(username: string, browser: Browser = world().browser(), locale: 'en' | 'fr' = 'en') {
  const form = await browser.open(ASK);
  const page = await browser.press(form, WORDS[locale].send, { username, ...TYPED });
  return { browser, form, page };
}

/** The page that waits for the e-mail of a recovery. */
async function askedForMail(browser: Browser, { username }: Person): Promise<PageOf> {
  const start = await browser.open('/lost-credentials');
  return browser.press(start, undefined, { username });
}

async function idOf(person: Person): Promise<string> {
  const [request] = await queued(person);
  if (!request) throw new Error('no request');
  return request.id;
}

describe('M6 asking for an emergency code', () => {
  test.each(['en', 'fr'] as const)(
    '%s: filed from the pages where nothing else is left, told everywhere',
    async (locale) => {
      const person = await world().person({ locale });
      const browser = world().browser({ language: locale });
      expect((await browser.open('/emergency-access')).links.some(({ href }) => href === ASK)).toBe(true);
      expect((await askedForMail(browser, person)).links.some(({ href }) => href === ASK)).toBe(true);
      const { page } = await ask(person.username, browser, locale);
      expect([page.lang, page.heading]).toEqual([locale, WORDS[locale].waits]);
      expect(page.path).toMatch(/^\/emergency-access\/request\/[\w-]{43}$/);
      const elsewhere = await world().browser({ language: locale }).open(page.path);
      expect(elsewhere.heading).toBe(WORDS[locale].waits);
      for (const secret of [...Object.values(TYPED), person.email, person.phone, person.username])
        expect(elsewhere.html).not.toContain(secret);
      const mail = await world().mail(person.email, locale === 'en' ? 'Somebody asked for' : 'demandé un code');
      expect(mail.text).toContain('/emergency-access/stop/');
      // Neither address is in the log, in the other's message or in a link, nor told to another site (ATTACKS A6).
      const [, token = ''] = /request\/([\w-]{43})$/.exec(page.path) ?? [];
      const [, stop = ''] = /stop\/([\w-]{43})/.exec(mail.text) ?? [];
      await world().browser().open(`/emergency-access/stop/${stop}`);
      for (const secret of [token, stop]) expect(world().log()).not.toContain(secret);
      expect(`${mail.text}${mail.html}${elsewhere.html}`).not.toContain(token);
      expect(elsewhere.headers.get('referrer-policy')).toBe('no-referrer');
      const sms = await world().sms(person.phone, locale === 'en' ? /emergency code/ : /urgence/);
      expect(sms.text).not.toContain('http');
      // What was given to be reached by is for people: nothing is sent there.
      expect(await world().sentTo({ id: person.id, email: 'x', phone: '+41795550102' })).toMatchObject({ sms: 0 });
      expect(await audits(person)).toContain('emergency-request.filed');
    },
  );

  test('an owner who did not ask stops it: the link alone changes nothing, its button does', async () => {
    const person = await world().person();
    const { page } = await ask(person.username);
    const { text } = await world().mail(person.email, 'Somebody asked for');
    const link = /http:\S+\/emergency-access\/stop\/[\w-]+/.exec(text)?.[0] ?? '';
    const owner = world().browser();
    const stop = await owner.open(link);
    expect(await queued(person)).toHaveLength(1);
    const digits = /: (\d{2})\s/.exec(text.replaceAll('\u00a0', ' '))?.[1] ?? '';
    const other = digits === '42' ? '24' : '42';
    // A scanner that presses buttons has typed nothing, and does not guess (ATTACKS A9, A36).
    expect((await owner.press(stop, WORDS.en.stop)).alert).toContain('two digits');
    expect((await owner.press(stop, WORDS.en.stop, { digits: other })).alert).toContain('not the digits');
    expect(await queued(person)).toHaveLength(1);
    const done = await owner.press(stop, WORDS.en.stop, { digits });
    expect(done.heading).toBe('The request is stopped');
    expect(await queued(person)).toEqual([]);
    expect((await world().browser().open(page.path)).heading).toBe('This request was stopped');
    expect((await owner.open(link)).status).toBe(410);
    expect(await audits(person)).toContain('emergency-request.stopped');
    expect((await world().ports.store.accounts.load(person.id))?.frozenAt).toBeNull();
    expect((await owner.open('/emergency-access/stop/nothing-like-that')).status).toBe(410);
  });

  test('A11 a name that nobody has walks the same pages, with the same words, headers and state', async () => {
    const person = await world().person();
    const nobody = `nobody${world().running.context.crypto.digits(6)}`;
    const [real, decoy] = [await ask(person.username), await ask(nobody)];
    expect([decoy.page.status, decoy.page.heading]).toEqual([real.page.status, real.page.heading]);
    expect(plain(decoy.page, nobody)).toBe(plain(real.page, person.username));
    expect(headersOf(decoy.page)).toEqual(headersOf(real.page));
    expect((await at()).html).not.toContain(nobody);
    const [, , token = ''] = /(request\/)([\w-]+)$/.exec(decoy.page.path) ?? [];
    const { crypto, store } = world().ports;
    expect(await store.emergencyRequests.byToken(crypto.hashToken(token))).toMatchObject({ accountId: null });
  });

  test('more than three a day from strange browsers are seen by nobody, and tell nobody; the page says the same', async () => {
    const person = await world().person();
    const before = await world().sentTo(person);
    for (let n = 0; n < 5; n += 1) expect((await ask(person.username)).page.heading).toBe(WORDS.en.waits);
    expect(await queued(person)).toHaveLength(3);
    expect(await world().sentTo(person)).toEqual({ mails: before.mails + 3, sms: before.sms + 3 });
  });

  test('what is missing is said, markup and line ends are text (ATTACKS A28), and it can be switched off', async () => {
    const person = await world().person();
    const { browser, form } = await ask(person.username);
    const empty = await browser.press(form, WORDS.en.send, { username: '', reason: ' ', reach: '' });
    expect(empty.status).toBe(422);
    for (const said of ['Say what happened', 'how you can be reached']) expect(empty.alert).toContain(said);
    const odd = { username: person.username, reason: '<b>x</b>\r\n\u202egnp', reach: '"><script>' };
    await browser.press(form, WORDS.en.send, odd);
    const [, request] = await queued(person);
    expect(request).toMatchObject({ reason: '<b>x</b> gnp', reach: '"><script>' });
    expect((await at(`/${request?.id}`)).html).not.toContain('<b>x</b>');
    const { emergencyCode } = policy;
    const off = { ...emergencyCode, operator: { ...emergencyCode.operator, requests: false } };
    await world().policy({ ...policy, emergencyCode: off });
    // What stands for everybody is kept in memory, and told of a new policy a moment later.
    await expect.poll(async () => (await browser.open(ASK)).status).toBe(404);
    expect((await browser.open('/emergency-access')).links.some(({ href }) => href === ASK)).toBe(false);
  });
});

describe('the queue', () => {
  test('the oldest first, with its age and what speaks for looking twice; claimed, and left to others', async () => {
    const person = await world().person();
    await world().ports.store.audit.append({ kind: 'contact.added', accountId: person.id, actor: 'user' });
    await world().ports.store.audit.append({ kind: 'sign-in.failed', accountId: person.id, actor: 'user' });
    await ask(person.username);
    await ask(person.username);
    const list = await at();
    expect(list.text).toContain(person.username);
    const one = await at(`/${await idOf(person)}`);
    for (const said of [
      '1 change of addresses',
      '1 failed try',
      '1 other request',
      'never signed in from',
      TYPED.reason,
    ])
      expect(one.text).toContain(said);
    const claimed = await desk.press(one, 'Look after it');
    expect(claimed.text).toContain('You look after this request');
    expect((await at()).text).toContain(operator.username);
    expect((await desk.press(claimed, 'Leave it to others')).text).toContain('Nobody yet');
  });

  test('more than a page of them: those behind it are found, each once (whoever fills the queue hides nobody)', async () => {
    const { store, now } = world().ports;
    const person = await world().person();
    const { crypto } = world().ports;
    const asked = { accountId: person.id, organizationId: 'default', reason: 'x', reach: 'x', ip: '', userAgent: '' };
    const times = { createdAt: now(), expiresAt: now() + DAY, knownBrowser: false };
    const hashes = () => ({ tokenHash: crypto.hashToken(crypto.token()), stopHash: crypto.hashToken(crypto.token()) });
    // All at one moment: the id says who comes first.
    for (let n = 0; n < 51; n += 1)
      await store.emergencyRequests.add({ id: crypto.uuid(), ...asked, ...times, ...hashes() });
    const all = await store.emergencyRequests.queue(null, now(), 1_000);
    const first = await at();
    const next = await desk.open(first.link('Next'));
    const ids = [first, next].flatMap(({ links }) =>
      links.flatMap(({ href }) => /^\/admin\/requests\/([\w-]+)$/.exec(href)?.[1] ?? []),
    );
    expect(ids).toEqual(all.map(({ id }) => id));
  });

  test('what speaks for looking twice is not hidden by more of the same after the request', async () => {
    const person = await world().person();
    const fail = () =>
      world().ports.store.audit.append({ kind: 'sign-in.failed', accountId: person.id, actor: 'user' });
    await fail();
    await ask(person.username);
    for (let n = 0; n < 20; n += 1) await fail();
    expect((await at(`/${await idOf(person)}`)).text).toContain('20 failed tries');
  });

  test('refused with a reason: whoever asks reads it there, the owner in a message, and never who it was', async () => {
    const person = await world().person();
    const { page } = await ask(person.username);
    const path = `/${await idOf(person)}`;
    const one = await at(path);
    expect((await desk.press(one, 'Refuse the request', { answer: ' ' })).alert).toContain('Say why');
    const done = await desk.press(one, 'Refuse the request', { answer: 'Come to the desk with your passport' });
    expect(done.text).toContain('was refused');
    const state = await world().browser().open(page.path);
    expect(state.heading).toBe('Your request was refused');
    expect(state.text).toContain('Come to the desk with your passport');
    const mail = await world().mail(person.email, 'Your request for an emergency code was refused');
    expect(mail.text).toContain('Come to the desk with your passport');
    for (const text of [mail.text, state.html]) expect(text).not.toContain(operator.username);
    expect((await desk.press(one, 'Refuse the request', { answer: 'again' })).status).toBe(409);
    const [line] = await world().running.context.administration.store.log.page({
      scope: null,
      accountId: person.id,
      kind: 'emergency-request.refused',
      limit: 1,
    });
    expect(line).toMatchObject({ actor: 'operator', details: { operator: operator.id } });
  });

  test('approved by issuing a code: all that are open are answered, and their pages show no code', async () => {
    const person = await world().person();
    const [first, second] = [await ask(person.username), await ask(person.username)];
    const one = await at(`/${await idOf(person)}`);
    const form = await desk.open(one.link('Issue an emergency code'));
    const given = { 'check-0': CHECK, reason: 'called back', ticket: '', uses: '1', lifetime: '86400' };
    const issued = await desk.post(form.path, { ...form.forms[0]?.fields, ...given });
    const code = (/data-testid="emergency-code">([^]*?)<\/code>/.exec(issued.html)?.[1] ?? '').replaceAll(
      /<[^>]*>/g,
      '',
    );
    expect(code).toMatch(/^[0-9A-Z-]{19}$/);
    for (const { page } of [first, second]) {
      const state = await world().browser().open(page.path);
      expect(state.heading).toBe('An emergency code was issued');
      for (const secret of [code, code.replaceAll('-', '')]) expect(state.html).not.toContain(secret);
    }
    expect(await queued(person)).toEqual([]);
  });

  test('“It wasn’t me” to anything stops what is asked for', async () => {
    const person = await world().person();
    const { page } = await ask(person.username);
    await world().ports.store.transaction(async (tx) => {
      const account = await tx.accounts.loadForUpdate(person.id);
      if (!account) throw new Error('no account');
      await freeze(world().ports, tx, account, [], { ip: '', userAgent: '', deviceHash: null });
    });
    expect((await world().browser().open(page.path)).heading).toBe('This request was stopped');
    expect(await queued(person)).toEqual([]);
  });

  test('somebody of another organization neither sees nor decides it', async () => {
    const own = { ...world().running.context, clock: { now: 0 }, close: async () => {} };
    const elsewhere = await addOrganization(own, policy);
    const [stranger, person] = [await staff(world(), 'operator', elsewhere), await world().person()];
    await ask(person.username);
    const browser = world().browser();
    const list = await openAdmin(world(), browser, stranger, '/admin/requests');
    expect(list.status).toBe(200);
    expect(list.text).not.toContain(person.username);
    expect((await browser.open(`/admin/requests/${await idOf(person)}`)).status).toBe(404);
    expect((await browser.open('/admin/requests/nothing')).status).toBe(404);
  });

  test('nobody decides: it closes by itself after a week, once, and says so', async () => {
    const person = await world().person();
    const { page } = await ask(person.username);
    const { ports } = world();
    const later = { ...ports, now: () => ports.now() + 7 * DAY + 1 };
    expect(await closeAgedRequests(ports)).toBe(0);
    await Promise.all(Array.from({ length: 5 }, () => closeAgedRequests(later)));
    expect((await world().browser().open(page.path)).heading).toBe('This request has closed');
    expect((await audits(person)).filter((kind) => kind === 'emergency-request.aged')).toHaveLength(1);
    expect(await queued(person)).toEqual([]);
  });
});
