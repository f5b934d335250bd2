import { describe, expect, test } from 'vitest';
import type { Interaction } from '../../../src/flows/ports/interactions.ts';
import { signInPages } from '../../../src/web/pages/sign-in/index.ts';
import { FROM } from '../../support/from.ts';
import { addPerson, PASSWORD, type Person } from '../../support/people.ts';
import { useSite } from '../../support/site.ts';
import { arrive, type Changes, resultsOf } from './arrive.ts';

const site = useSite({ pages: signInPages });

const afterPassword = (person: Person, changes: Changes = {}) => arrive(site(), person, changes);
const results = (interaction: Interaction) => resultsOf(site(), interaction);

/** A browser at a step-up of a session that stands on the password alone. */
async function steppingUp(person: Person, changes: Changes = {}) {
  const { store, crypto } = site().ports;
  const account = await store.accounts.load(person.id);
  const by = account?.credentials.find(({ kind }) => kind === 'password')?.id ?? '';
  const journeyId = crypto.uuid();
  const uid = crypto.token();
  const since = site().clock.now - 5_000;
  await store.sessions.recordProofs(journeyId, person.id, [{ kind: 'password', at: since, by }], FROM);
  await store.sessions.bind(journeyId, uid);
  const browser = site().browser();
  const interaction = site().interactions.begin(browser, {
    prompt: 'step_up',
    reasons: ['acr_wished'],
    session: { uid, accountId: person.id },
    atLeast: 'urn:regain:acr:2',
    ...changes,
  });
  const path = `/sign-in/${interaction.uid}`;
  await browser.open(path);
  return { browser, path, interaction, since };
}

describe('a step-up', () => {
  test('says who asks, goes on from the session’s proofs, and keeps the time of the oldest', async () => {
    const person = await addPerson(site());
    const { browser, interaction, since } = await steppingUp(person);
    expect(browser.page.text).toContain('To continue to Atlas, your second factor is needed.');
    expect(browser.page.text).not.toContain('Skip this step');
    expect(browser.page.text).not.toContain('Use another account');
    await browser.press('Continue', { code: person.code() });
    expect(results(interaction)[0]?.result.login).toMatchObject({ acr: 'urn:regain:acr:2', at: since });
  });

  test('that is only wished for can be declined, one that is required cannot', async () => {
    const person = await addPerson(site());
    const wished = await steppingUp(person, { optional: true });
    const shown = await wished.browser.press('Skip this step');
    expect(shown.path).toBe(`/auth/${wished.interaction.uid}`);
    expect(results(wished.interaction)[0]?.result).toEqual({});

    const required = await steppingUp(person);
    await required.browser.post(`${required.path}/decline`);
    expect(required.browser.page.path).toBe(required.path);
    expect(results(required.interaction)).toEqual([]);
  });

  test('whose session’s proofs are unknown asks the password of that account, whatever name is posted', async () => {
    const person = await addPerson(site());
    const other = await addPerson(site(), { totp: false });
    const { browser, path, interaction } = await steppingUp(person, {
      session: { uid: site().ports.crypto.token(), accountId: person.id },
    });
    expect(browser.page.text).toContain('To continue to Atlas, confirm that it is you.');
    expect(browser.page.text).toContain(`Your account: ${person.username}`);
    expect(browser.page.html).not.toContain('name="username"');
    const wrong = await browser.post(path, { username: other.username, password: 'something else' });
    expect(wrong.text).toContain('This is not the password of this account.');
    await browser.post(path, { username: other.username, password: PASSWORD });
    expect(browser.page.text).toContain('Second factor');
    await browser.press('Continue', { code: person.code() });
    expect(results(interaction)[0]?.result.login?.accountId).toBe(person.id);
  });

  test('beyond what the account can do says so and can be declined when it is optional', async () => {
    const person = await addPerson(site());
    const { browser, interaction } = await steppingUp(person, { atLeast: 'phr', optional: true });
    expect(browser.page.status).toBe(403);
    expect(browser.page.text).toContain('A stronger second factor is needed for Atlas');
    await browser.press('Skip this step');
    expect(results(interaction)).toHaveLength(1);
  });
});

describe('an account whose second factors are all gone', () => {
  test.each(['removed', 'disabled'] as const)('%s: is led to recovery and never offered to enrol', async (how) => {
    const person = await addPerson(site());
    const { store } = site().ports;
    const account = await store.accounts.load(person.id);
    const app = account?.credentials.find(({ kind }) => kind === 'totp')?.id ?? '';
    if (how === 'removed') await store.credentials.remove(person.id, [app], site().clock.now + 1);
    else await store.credentials.countFailure(app, 1);
    const { browser, path, interaction } = await afterPassword(person);
    expect(browser.page.text).toContain('Your second factor can no longer be used');
    expect(browser.link('Lost credentials?')).toBe(`${path}/lost-credentials`);
    for (const below of ['', '/new-factor', '/new-factor/totp', '/new-factor/passkey']) {
      expect((await browser.open(path + below)).text).not.toContain('Register a new second factor');
    }
    await browser.post(`${path}/new-factor/totp`, { code: '123456' });
    await browser.post(`${path}/continue`);
    expect(results(interaction)).toEqual([]);
  });
});
