import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { type Application, useWorld } from '../recovery/world.ts';

const LACKING = { ...PRESETS['password-sms'], onboarding: { lacking: true, add: [] } };
const ASKED = 'Add a phone number';
const LATER = 'Continue to Notes';
const world = useWorld();
let notes: Application;
beforeAll(async () => {
  notes = await world().application('Notes');
});
beforeEach(() => world().policy(LACKING));

const arrived = ({ path, url }: PageOf) => path === '/callback' && url.searchParams.has('code');

async function signIn(person: Person, browser: Browser = world().browser(), params: Record<string, string> = {}) {
  const asked = await notes.open(browser, params);
  const second = await browser.press(asked.page, undefined, { username: person.username, password: PASSWORD });
  world().later(30_000);
  const after = await browser.press(second, undefined, { code: person.code() });
  const page = after.buttons.includes('Allow') ? await browser.press(after, 'Allow') : after;
  return { asked, browser, page };
}

async function personWithoutNumber(): Promise<Person> {
  const person = await world().person();
  const { db } = world().running.context.database;
  await db.deleteFrom('contact_points').where('kind', '=', 'phone').where('account_id', '=', person.id).execute();
  return person;
}

describe('T9 who lacks something for recovering alone is brought over at a sign-in', () => {
  it('says what is lost without it, leads there, and goes on to the application when it is put off', async () => {
    const person = await personWithoutNumber();
    const { asked, browser, page } = await signIn(person);
    expect([page.status, page.heading]).toEqual([200, ASKED]);
    expect(page.text).toContain('If you lose your phone');
    expect((await browser.open(page.link(ASKED))).path).toBe('/account/contacts/add-phone');
    // The address of the sign-in leads back to it.
    expect((await browser.open(page.path.replace('/add', ''))).heading).toBe(ASKED);
    const done = await browser.press(page, LATER);
    const allowed = done.buttons.includes('Allow') ? await browser.press(done, 'Allow') : done;
    expect(arrived(allowed)).toBe(true);
    expect((await asked.tokens(allowed)).claims()?.sub).toBe(person.id);
    expect(arrived((await signIn(person)).page)).toBe(true);
    world().later(7 * 86_400_000);
    expect((await signIn(person)).page.heading).toBe(ASKED);
  });

  it('an address that was never verified only has to be', async () => {
    const person = await world().person();
    const { db } = world().running.context.database;
    await db
      .updateTable('contact_points')
      .set({ verified_at: null })
      .where('kind', '=', 'email')
      .where('account_id', '=', person.id)
      .execute();
    const { page } = await signIn(person);
    expect(page.heading).toBe('Add an e-mail address');
    expect(page.link('Add an e-mail address')).toMatch(/\/account\/contacts\/[0-9a-f-]{36}$/);
  });

  it('nobody is asked who lacks nothing, for whom self-recovery is off, or where the policy does not say so', async () => {
    expect(arrived((await signIn(await world().person())).page)).toBe(true);
    await world().policy({ ...LACKING, selfRecoveryFor: 'pilot' });
    expect(arrived((await signIn(await personWithoutNumber())).page)).toBe(true);
    await world().policy(PRESETS['password-sms']);
    expect(arrived((await signIn(await personWithoutNumber())).page)).toBe(true);
  });

  it('never with prompt=none, and what was added meanwhile is not asked for', async () => {
    const person = await personWithoutNumber();
    const browser = world().browser();
    const { page } = await signIn(person, browser);
    const silent = await notes.open(browser, { prompt: 'none' });
    expect(silent.page.path).toBe('/callback');
    const { ports } = world();
    const number = { id: ports.crypto.uuid(), kind: 'phone', value: person.phone, key: person.phone } as const;
    await ports.store.contacts.add(person.id, { ...number, verifiedAt: 0, primary: true, countsFrom: 0 });
    expect((await browser.open(page.path)).heading).toBe('That is done');
    const done = await browser.press(page, LATER);
    expect(done.heading).not.toBe(ASKED);
    expect((await ports.store.accounts.load(person.id))?.onboardingAfter).toBeNull();
  });
});

it('X2 what the lock-out report suggested is proposed to those whom it helps', async () => {
  await world().policy({ ...PRESETS['password-sms'], onboarding: { lacking: false, add: ['passkey'] } });
  const { page } = await signIn(await personWithoutNumber());
  expect(page.heading).toBe('Add a passkey on another device');
});
