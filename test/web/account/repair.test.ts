import { beforeEach, describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { issueEmergencyCode } from '../../../src/flows/administration/issue-emergency-code.ts';
import { putOutEmergencyCode } from '../../../src/flows/new-emergency-code.ts';
import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { useWorld } from '../recovery/world.ts';
import { openConsole } from './console.ts';

const MINUTE = 60_000;
const LIST = '/account/devices';
const OUT = 'An emergency code is out';
const world = useWorld();
beforeEach(() => world().policy(PRESETS['emergency-code']));

const load = async ({ id }: Person) => {
  const account = await world().ports.store.accounts.load(id);
  if (!account) throw new Error('there is no such account');
  return account;
};
const factors = async (person: Person) => (await load(person)).credentials.filter(({ kind }) => kind !== 'password');

/** An operator's code, or one of the owner's own, with what making it does to the account. */
async function codeBy(by: 'operator' | 'owner', person: Person, uses = 1): Promise<string> {
  if (by === 'operator') {
    const made = await issueEmergencyCode(world().running.context.administration, person.username, {
      reason: 'x',
      uses,
    });
    if (made.outcome !== 'issued') throw new Error(made.reason);
    return made.code;
  }
  const { ports } = world();
  const account = await load(person);
  const validFrom = Date.now();
  return ports.store.transaction(async (tx) => {
    await tx.accounts.update(account.id, { recoveredAt: validFrom });
    const terms = {
      uses,
      validFrom,
      expiresAt: validFrom + 86_400_000,
      clients: null,
      reason: null,
      issuedByAccount: null,
    };
    return (
      await putOutEmergencyCode(ports, tx, account, { ...terms, highestAcr: 'urn:regain:acr:1', issuedBy: 'owner' })
    ).code;
  });
}

async function openBy(
  code: string,
  person: Person,
  browser: Browser = world().browser(),
  path = LIST,
): Promise<PageOf> {
  const first = await browser.open(path);
  const second = await browser.press(first, undefined, { username: person.username, password: PASSWORD });
  const page = await browser.press(second, 'Use an emergency code');
  return browser.press(page, 'Continue', { code });
}

const waits = (page: PageOf) => page.status === 403;
const isAsked = (page: PageOf) => page.path.startsWith('/sign-in/');

describe.each(['operator', 'owner'] as const)('M4 the repair window of a code by the %s', (by) => {
  it('the list opens with what to do and until when; the lost app goes, the new one comes, and it signs in', async () => {
    const person = await world().person();
    const browser = world().browser();
    const list = await openBy(await codeBy(by, person), person, browser);
    expect([list.path, list.heading]).toEqual([LIST, 'Devices']);
    expect(list.text).toContain('Remove what you lost, add what you have: until ');
    expect(list.text.includes('addresses and numbers')).toBe(by === 'operator');
    const [old] = await factors(person);
    const asks = await browser.open(`${LIST}/${old?.id}/remove`);
    expect(asks.text).toContain('the last second factor of your account');
    expect((await browser.press(asks, 'Remove it')).text).toContain('removed');
    expect(await factors(person)).toEqual([]);

    const add = await browser.open(`${LIST}/add/app`);
    const done = await browser.press(add, undefined, { code: codeOf(add.totpSecret, Date.now()), name: 'New phone' });
    expect(done.path).toBe(LIST);
    const [fresh] = await factors(person);
    expect(fresh).toMatchObject({ kind: 'totp', label: 'New phone', state: 'active' });
    // A35: no proof in a recovery for a week, or until it was used in a full sign-in.
    const week = Date.now() + 7 * 86_400_000;
    expect(Math.abs((fresh?.unsettledUntil ?? 0) - week)).toBeLessThan(MINUTE);
    world().later(30_000);
    const second = { ...person, code: () => codeOf(add.totpSecret, Date.now()) };
    expect((await openConsole(world(), world().browser(), second)).heading).toBe('Your account');
  });

  it('opens nothing else, and nothing at all after 15 minutes', async () => {
    const person = await world().person();
    const browser = world().browser();
    await openBy(await codeBy(by, person), person, browser);
    for (const path of ['/account/password', '/account/username', '/account/data/close']) {
      const page = await browser.open(path);
      expect([path, by === 'owner' ? waits(page) || isAsked(page) : isAsked(page)]).toEqual([path, true]);
    }
    const contacts = await browser.open('/account/contacts/add-email');
    expect(by === 'operator' ? contacts.path : waits(contacts)).toBe(
      by === 'operator' ? '/account/contacts/add-email' : true,
    );

    const [app] = await factors(person);
    const remove = await browser.open(`${LIST}/${app?.id}/remove`);
    const add = await browser.open(`${LIST}/add/app`);
    world().later(15 * MINUTE);
    const late = await browser.press(remove, 'Remove it');
    expect(isAsked(late) || late.status === 403 || late.status === 409).toBe(true);
    expect(isAsked(await browser.press(add, undefined, { code: codeOf(add.totpSecret, Date.now()), name: 'x' }))).toBe(
      true,
    );
    expect(isAsked(await browser.open(`${LIST}/add`))).toBe(true);
    expect((await factors(person)).map(({ id }) => id)).toEqual([app?.id]);
    const list = await browser.open(LIST);
    expect(list.text).toContain('the 15 minutes for removing and adding devices are over');
  });
});

describe('M5 what the owner sees of a code', () => {
  it('uses left and end, and takes it back; what was signed in with it ends', async () => {
    const person = await world().person();
    const code = await codeBy('operator', person, 2);
    const mine = world().browser();
    const thief = world().browser();
    await openBy(code, person, thief);
    world().later(30_000);
    const list = await openConsole(world(), mine, person, LIST);
    expect(list.text).toContain(OUT);
    expect(list.text).toContain('signs in 1 more time, until');
    expect(list.html).not.toContain(code);
    const asks = await mine.open(list.link('Take the emergency code back'));
    expect(asks.text).not.toContain('this session ends too');
    const done = await mine.press(asks, 'Take the emergency code back');
    expect(done.text).toContain('worth nothing any more');
    expect(done.text).not.toContain(OUT);
    expect(isAsked(await thief.open(LIST))).toBe(true);
    expect((await load(person)).emergencyCode).toBeNull();
  });

  it('says so when the present session ends with it', async () => {
    const person = await world().person();
    const browser = world().browser();
    const list = await openBy(await codeBy('operator', person), person, browser);
    expect(list.text).toContain('It was used up');
    const asks = await browser.open(list.link('Take the emergency code back'));
    expect(asks.text).toContain('this session ends too');
    expect(isAsked(await browser.press(asks, 'Take the emergency code back'))).toBe(true);
  });

  it('contesting the message that tells of it takes it back, and ends what it opened', async () => {
    const person = await world().person();
    const code = await codeBy('operator', person, 2);
    const { text } = await world().mail(person.email, 'An emergency code was issued');
    const link = /http:\S+\/not-me\/[\w-]+/.exec(text)?.[0] ?? '';
    const digits = /\b(\d{2})\b(?=\D*$)/m.exec(/[^\n]*digits?[^\n]*\n*[^\n]*/i.exec(text)?.[0] ?? '')?.[1] ?? '';
    const thief = world().browser();
    await openBy(code, person, thief);
    const page = await world().browser().open(link);
    const own = world().browser();
    const asked = await own.open(link);
    expect(page.heading).toBe(asked.heading);
    const after = await own.press(asked, undefined, { digits });
    expect(after.status).toBe(200);
    expect((await load(person)).frozenAt).not.toBeNull();
    expect((await load(person)).emergencyCode).toBeNull();
    expect(isAsked(await thief.open(LIST))).toBe(true);
  });
});
