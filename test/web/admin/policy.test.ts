import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Policy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { commentedPolicy } from '../../../src/i18n/policy-words.ts';
import { addOrganization, type Person } from '../../support/people.ts';
import { signInAt } from '../account/console.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();
const MINUTE = 60_000;

/** An organization for each test, with its admin; `admin` and `peer` reach all of them, `operator` the default one. */
let org: string;
let [admin, peer]: Person[] = [];
let desk: Browser;
let office: Browser;

beforeAll(async () => {
  [admin, peer] = [await staff(world(), 'admin'), await staff(world(), 'admin')];
  [desk, office] = [world().browser(), world().browser()];
}, 120_000);
beforeEach(async () => {
  const ports = { ...world().running.context, clock: { now: 0 }, close: async () => {} };
  org = await addOrganization(ports, PRESETS['password-sms']);
  if (admin && peer) await Promise.all([openAdmin(world(), desk, admin), openAdmin(world(), office, peer)]);
});

const at = (below = '', organization = org) => `/admin/policy/${organization}${below}`;
const policies = () => world().running.context.administration.store.policies;
const versionOf = async () => (await policies().inForce(org))?.version;
const linesOf = async () =>
  world().running.context.administration.store.log.page({ scope: [org], kind: 'policy.set', limit: 10 });

/** Whoever reads the mailbox of such an account gets a new second factor. */
const WEAK: Policy = {
  ...PRESETS['password-sms'],
  name: 'too-easy',
  routes: {
    ...PRESETS['password-sms'].routes,
    'reset-second-factor': [{ id: 'link-alone', proofs: ['email-code'], when: 'bound' }],
  },
};
const textOf = (policy: Policy) => commentedPolicy('en', policy);

/** Sends the form with this button, with other texts and ticks. */
const send = (browser: Browser, page: PageOf, button: string, fields: Record<string, string> = {}) => {
  const form = page.formWith(button);
  return browser.post(new URL(form.action ?? page.url.href, page.url).href, { ...form.fields, ...fields });
};
const draft = async (browser: Browser, text: string) =>
  send(browser, await browser.open(at('/draft')), 'Save and check', { text });
const typedIn = (page: PageOf, name: string) => page.formWith('Save and check').fields[name];
const publish = async (browser: Browser, fields: Record<string, string>, which = 'draft') => {
  const page = await browser.open(at(`/${which}/publish`));
  return send(browser, page, which === 'draft' ? 'Put in force' : 'Go back to it', fields);
};

describe('reading', () => {
  test('an operator reads what the policy says, goal by goal, and what is known of it; changing it is not offered', async () => {
    await world().policy(PRESETS['restore-code']);
    const browser = world().browser();
    await openAdmin(world(), browser, await staff(world(), 'operator', 'default'));
    const page = await browser.open('/admin/policy');
    expect([page.path, page.heading, page.status]).toEqual([at('', 'default'), 'Policy', 200]);
    expect(page.text).toContain('“restore-code”, version');
    expect(page.text).toContain('code by e-mail + password + code by SMS (accounts with a second factor)');
    expect(page.text).toContain('People recover by themselves Yes');
    expect(page.text).toContain('Name: operator-and-mailbox-take-over');
    // The drawing says nothing that the words do not, and is not read out.
    expect(
      page.html.match(/<svg[^>]*viewBox="0 0 3\d\d[^>]*>/g)?.every((svg) => svg.includes('aria-hidden="true"')),
    ).toBe(true);
    expect(page.links.some(({ href }) => /\/(draft|publish)$/.test(href))).toBe(false);
    expect((await browser.open(at('/draft', 'default'))).status).toBe(403);
    const proof = await browser.open(at('/in-force/proof', 'default'));
    expect(proof.text).toContain('phone back in alone');
    expect(proof.text).toContain('a backup of the database gets nothing');
  });

  test('A24 whoever administers another organization finds nothing, and changes nothing', async () => {
    const browser = world().browser();
    const mine = org;
    await openAdmin(world(), browser, await staff(world(), 'admin', mine, { organizationId: mine }));
    expect((await browser.open('/admin/policy')).path).toBe(at());
    expect((await browser.open('/admin/policy?organization=default')).path).toBe(at());
    const form = await browser.open(at('/draft'));
    for (const below of ['', '/versions', '/draft', '/draft/switches', '/1', '/1/proof', '/1/try', '/1/publish']) {
      expect([below, (await browser.open(at(below, 'default'))).status]).toEqual([below, 404]);
      if (!/draft|publish/.test(below)) continue;
      const fields = { ...form.formWith('Save and check').fields, reason: 'mine', since: '1' };
      expect((await browser.post(at(below, 'default'), fields)).status).toBe(404);
    }
  });
});

describe('a draft', () => {
  test('is kept with its faults, which are told at their lines, and puts nothing in force', async () => {
    const text = textOf(PRESETS['password-sms']).replace(
      'selfRecovery: true',
      'selfRecovery: maybe\nselfRecvery: true',
    );
    const wrong = text.split('\n').findIndex((line) => line === 'selfRecovery: maybe') + 1;
    const page = await draft(desk, text);
    expect([page.path, page.heading]).toEqual([at('/draft'), 'Your draft']);
    expect(page.alert).toContain(`Line ${wrong}, column 15 (“selfRecovery: maybe”): This takes true or false.`);
    expect(page.alert).toContain(`Line ${wrong + 1}, column 1 (“selfRecvery: true”)`);
    expect(page.alert).toContain('Did you mean “selfRecovery”?');
    expect(typedIn(page, 'text')).toBe(text);
    expect(page.html).toContain(`<strong>${String(wrong).padStart(4)} ▸ selfRecovery: maybe</strong>`);
    expect(await versionOf()).toBe(1);
    // It is there another day, for its admin alone; and it is mended before anything is done with it.
    expect(typedIn(await desk.open(at('/draft')), 'text')).toBe(text);
    expect(typedIn(await office.open(at('/draft')), 'text')).toBe(textOf(PRESETS['password-sms']));
    expect((await desk.open(at('/draft/publish'))).path).toBe(at('/draft'));
  });

  test('of the same admin in another window is not written over, and nothing that was typed is lost', async () => {
    const [here, there] = [await desk.open(at('/draft')), await desk.open(at('/draft'))];
    await send(desk, here, 'Save and check', { text: textOf(WEAK) });
    const late = await send(desk, there, 'Save and check', { text: 'name: typed later' });
    expect([late.status, late.alert]).toEqual([409, expect.stringContaining('in another window')]);
    expect(typedIn(late, 'text')).toBe('name: typed later');
    expect(typedIn(await desk.open(at('/draft')), 'text')).toBe(textOf(WEAK));
    const long = await send(desk, await desk.open(at('/draft')), 'Save and check', { text: 'a'.repeat(40_001) });
    expect([long.status, typedIn(long, 'text')?.length]).toEqual([422, 40_001]);
    const gone = await send(desk, await desk.open(at('/draft')), 'Throw the draft away', { want: 'discard' });
    expect([gone.path, gone.text.includes('Your draft was thrown away.')]).toEqual([at(), true]);
  });

  test('with a choice and an age says both in words', async () => {
    const held = { 'email-code': 7 * 86_400 };
    const choice = { count: 1, of: ['totp', 'sms-code'] as ('totp' | 'sms-code')[] };
    const page = await draft(
      desk,
      textOf({
        ...PRESETS['password-sms'],
        routes: {
          ...PRESETS['password-sms'].routes,
          'reset-both': [
            { id: 'some', proofs: ['email-code', 'password'], anyOf: choice, heldFor: held, when: 'bound' },
          ],
        },
      }),
    );
    expect(page.alert).toBe('');
    expect(page.text).toContain(
      'New way: code by e-mail, held for 7 days + password + any 1 of: authenticator app, code by SMS',
    );
  });

  test('A28 markup in it is text', async () => {
    const page = await draft(desk, '</textarea><script>1</script>: <b>x</b>');
    expect(page.html).not.toMatch(/<script>1|<b>x/);
  });

  test('by switches: what is ticked and what a preset holds is the same draft', async () => {
    const page = await desk.open(at('/draft/switches'));
    const fields = page.formWith('Change the draft').fields;
    expect(fields).toMatchObject({
      selfRecovery: 'on',
      'factor-totp': 'on',
      requests: 'on',
      minimumAcr: 'urn:regain:acr:1',
    });
    const { selfRecovery: _, ...others } = fields;
    const done = await desk.post(at('/draft/switches'), { ...others, restoreCodes: 'on', 'by-letter': 'on' });
    expect(done.path).toBe(at('/draft'));
    expect(done.text).toContain('When both are lost New way: restore code + code by e-mail');
    expect(done.text).toContain('People recover by themselves Yes becomes No');
    const none = { ...others, saves: '1' };
    const factorless = Object.fromEntries(Object.entries(none).filter(([name]) => !name.startsWith('factor-')));
    expect((await desk.post(at('/draft/switches'), factorless)).alert).toContain('Tick at least one thing');
    const preset = await send(desk, await desk.open(at('/draft/switches')), 'Take this preset', { preset: 'strict' });
    expect(typedIn(preset, 'text')).toBe(textOf(PRESETS.strict));
    expect(await versionOf()).toBe(1);
  });
});

describe('publishing', () => {
  test('an unsafe one takes each error by name and a reason; it says what it means, holds everywhere, and stays visible', async () => {
    const person = await world().person({ organizationId: org });
    const saved = await draft(desk, textOf(WEAK));
    expect(saved.text).toContain('To take an account over, the mailbox alone now suffices. weaker');
    expect(saved.text).toContain('New way: code by e-mail No longer a way: code by e-mail + password + code by SMS');
    const refused = await publish(desk, { reason: ' ' });
    expect([refused.status, await versionOf()]).toEqual([422, 1]);
    expect(refused.alert).toContain('Not accepted: Whoever reads the mailbox');
    expect(refused.alert).toContain('Say why');
    const without = await publish(desk, { reason: 'low stakes' });
    expect([without.status, without.formWith('Put in force').fields['reason']]).toEqual([422, 'low stakes']);
    const done = await publish(desk, { reason: 'low stakes', 'accept-mailbox-alone-takes-over': 'on' });
    expect([done.path, done.text.includes('Version 2 is in force.')]).toEqual([at(), true]);
    expect(done.text).toContain(`Reason: low stakes`);
    expect(done.text).toContain('accepted');
    expect(done.text).toMatch(new RegExp(`Put in force on .* by ${admin?.username}\\.`));
    // The running node goes by it at once.
    await vi.waitFor(
      async () => expect((await world().ports.store.accounts.load(person.id))?.policy.name).toBe('too-easy'),
      { timeout: 5_000, interval: 10 },
    );
    const [line] = await linesOf();
    expect(line).toMatchObject({
      actor: 'operator',
      details: { operator: admin?.id, version: 2, reason: 'low stakes', accepted: ['mailbox-alone-takes-over'] },
    });
    expect(typedIn(await desk.open(at('/draft')), 'saves')).toBe('0');
  });

  test('by two at once: the second is told, sees the difference from the newer one, and decides anew', async () => {
    await draft(desk, textOf({ ...PRESETS['password-sms'], name: 'first' }));
    await draft(office, textOf({ ...PRESETS.strict, name: 'second' }));
    const [here, there] = [await desk.open(at('/draft/publish')), await office.open(at('/draft/publish'))];
    expect((await send(desk, here, 'Put in force', { reason: 'mine first' })).path).toBe(at());
    const late = await send(office, there, 'Put in force', { reason: 'mine second' });
    expect([late.status, await versionOf()]).toEqual([409, 2]);
    expect(late.alert).toContain('Meanwhile another version was put in force: it is 2 now.');
    expect(late.text).toContain('“first” becomes “second”');
    expect((await office.open(at('/draft'))).text).toContain(`Meanwhile ${admin?.username} has put version 2 in force`);
    expect((await send(office, late, 'Put in force', {})).path).toBe(at());
    expect((await policies().find(org, 3))?.reason).toBe('mine second');
  });

  test('going back to an earlier version checks it again, and is a version of its own', async () => {
    await draft(desk, textOf(WEAK));
    await publish(desk, { reason: 'a try', 'accept-mailbox-alone-takes-over': 'on' });
    const old = await desk.open(at('/1'));
    expect(old.text).toContain('To take an account over, the mailbox alone no longer suffices. stronger');
    const back = await publish(desk, { reason: 'it was too easy' }, '1');
    expect([back.path, back.text.includes('This is version 1 again.')]).toEqual([at(), true]);
    expect((await policies().inForce(org))?.policy).toEqual(PRESETS['password-sms']);
    expect((await linesOf())[0]?.details).toMatchObject({ version: 3, restores: 1 });
    // What was accepted then is not accepted for ever.
    expect((await publish(desk, { reason: 'again' }, '2')).status).toBe(422);
    const list = await desk.open(at('/versions'));
    expect(list.text).toMatch(/3: “password-sms” In force[^]*2: “too-easy”[^]*a try[^]*1: “password-sms”/);
    expect((await desk.open(at('/4'))).status).toBe(404);
  });

  test('takes a fresh sign-in, the form that was shown, and a role that is still there', async () => {
    await draft(desk, textOf({ ...PRESETS['password-sms'], name: 'late' }));
    const page = await desk.open(at('/draft/publish'));
    const bare = { ...page.formWith('Put in force').fields, reason: 'x', _csrf: 'another' };
    expect((await desk.post(at('/draft/publish'), bare)).status).toBe(403);
    const own = await staff(world(), 'admin', org, { organizationId: org });
    const browser = world().browser();
    await openAdmin(world(), browser, own);
    await draft(browser, textOf({ ...PRESETS['password-sms'], name: 'theirs' }));
    const theirs = await browser.open(at('/draft/publish'));
    await world().running.context.administration.store.roles.revoke(own.id, 'admin', org);
    expect((await send(browser, theirs, 'Put in force', { reason: 'x' })).status).toBe(404);
    world().later(21 * MINUTE);
    const late = await send(desk, page, 'Put in force', { reason: 'too late' });
    expect([late.path.startsWith('/sign-in/'), await versionOf()]).toEqual([true, 1]);
    if (admin) await signInAt(world(), desk, admin, late);
  });
});

describe('trying it', () => {
  test('on a kind of account and on a real one: what becomes of the owner, how far a thief comes, by when one can veto', async () => {
    await draft(desk, textOf(WEAK));
    const weak = await desk.open(at('/draft/try?kind=0&lost-0=on&stolen-mailbox=on'));
    expect(weak.text).toContain('The owner, without phone: back in alone');
    expect(weak.text).toContain(
      'A thief with the mailbox: takes the account over reset the second factor (code by e-mail;',
    );
    expect(weak.text).toContain("The owner can stop it: 7 days to say “It wasn't me”.");
    expect((await desk.open(at('/in-force/try?kind=0&stolen-mailbox=on'))).text).toContain('the mailbox: gets nothing');

    const person = await world().person({ organizationId: org });
    const stranger = await world().person();
    const found = await desk.open(at(`/in-force/try?q=${person.username}`));
    const tried = await desk.open(`${found.link('Try it on this account')}&stolen-password=on&stolen-sim=on`);
    expect(tried.text).toContain(`${person.username}: Account with password, authenticator app`);
    expect(tried.text).toContain('A thief with the SIM card + the password: gets nothing');
    expect((await desk.open(at(`/in-force/try?account=${stranger.id}`))).status).toBe(404);
    const own = await desk.open(at('/in-force/try?kind=own&has-password=on&lost-0=on'));
    expect(own.text).toContain('The owner, without password: never');
    const lines = await world().running.context.administration.store.log.page({
      scope: null,
      accountId: person.id,
      limit: 5,
    });
    expect(lines.map(({ actor }) => actor)).toEqual(['cli', 'cli']);
  });

  test('en français', async () => {
    const french = world().browser({ language: 'fr' });
    await openAdmin(world(), french, await staff(world(), 'admin', null, { locale: 'fr' }));
    const page = await french.open(at());
    expect([page.lang, page.heading]).toEqual(['fr', 'Politique']);
    expect(page.text).toContain('Quand le deuxième facteur est perdu');
    const tried = await french.open(at('/in-force/try?kind=0&lost-0=on&stolen-mailbox=on'));
    expect(tried.text).toContain("Un voleur avec la messagerie : n'obtient rien");
  });
});
