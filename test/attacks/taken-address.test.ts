import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import type { Person } from '../support/people.ts';
import { mailedCode, openConsole } from '../web/account/console.ts';
import type { Browser } from '../web/recovery/browser.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { useWorld } from '../web/recovery/world.ts';
import { postOnly } from './support/browsers.ts';
import { mannWhitney } from './support/mann-whitney.ts';
import { audited, queueEmpty, rows } from './support/rows.ts';

const ADD = '/account/contacts/add-email';
const ROUNDS = 18;
const LOOKS = 3;
const LEAST_P = 0.01;
const LEAST_P_OF_ALL = 0.0001;

const world = useWorld();
let owner: Person;
let browser: Browser;
let form: PageOf;
beforeAll(async () => {
  owner = await world().person();
  browser = world().browser();
  form = await openConsole(world(), browser, owner, ADD);
});

let made = 0;
/** An address that nobody has, one of an account, of a suspended one, one that was given up lately. */
const KINDS = {
  nobody: async () => `nobody${(made += 1)}@example.net`,
  held: async () => (await world().person({ totp: false })).email,
  suspended: async () => {
    const person = await world().person({ totp: false });
    await world().suspend(person);
    return person.email;
  },
  'given up': async () => {
    const person = await world().person({ totp: false });
    const [contact] = (await world().ports.store.accounts.load(person.id))?.contacts ?? [];
    await world().ports.store.contacts.giveUp(person.id, contact?.id ?? '', Date.now() + 7 * 86_400_000);
    return contact?.kind === 'email' ? contact.value : person.email;
  },
} as const;
type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS).filter((kind): kind is Kind => kind in KINDS);

const unlimited = () => rows(world(), sql`delete from rate_limits`);

test('A11 a taken address: the same page, headers and cookies, and typed codes that behave alike; its owner is told', async () => {
  const seen = new Map<string, string[]>();
  for (const kind of kinds) {
    await unlimited();
    await rows(world(), sql`delete from attempts`);
    const address = await KINDS[kind]();
    const answer = await postOnly(browser, form, ADD, { email: address });
    const page = await browser.open(answer.location);
    const shapes: string[] = [];
    const note = (at: PageOf) => {
      const names = [...at.headers.keys()].filter((name) => name !== 'set-cookie');
      const cookies = at.headers.getSetCookie().map((line) => line.split('=')[0]);
      const text = at.html
        .replaceAll(address, 'ADDRESS')
        .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
        .replaceAll(/name="_csrf" value="[^"]*"/g, 'CSRF')
        .replaceAll(/nonce="[^"]*"/g, 'NONCE')
        .replaceAll(/data-wait="\d+"|\d:\d\d|\d+ November \d+ at \d\d:\d\d/g, 'TIME');
      shapes.push([at.status, at.path.replace(/[0-9a-f-]{36}/, 'ID'), names, cookies, text].join(' '));
    };
    note(answer.page);
    note(page);
    for (let n = 0; n < 5; n += 1) {
      const typed = await postOnly(browser, page, page.path, { code: String(111_111 + n) });
      note(typed.page);
      note(await browser.open(page.path));
    }
    seen.set(kind, shapes);
    await queueEmpty(world());
    const mails = world()
      .mails.filter(({ recipients }) => recipients.includes(address))
      .map(({ subject }) => subject);
    expect([kind, mails.at(-1)]).toEqual([
      kind,
      kind === 'nobody' ? 'Your code to confirm this address' : 'Someone wanted to add your address to another account',
    ]);
  }
  for (const kind of kinds) expect([kind, seen.get(kind)]).toEqual([kind, seen.get('nobody')]);
});

test('A11 what its owner is sent holds no code, and stands in their activity, not in that of whoever asked', async () => {
  await unlimited();
  const taken = await world().person({ totp: false });
  const refusals = await audited(world(), owner.id, 'contact.refused');
  await postOnly(browser, form, ADD, { email: taken.email });
  const { text } = await world().mail(taken.email, 'Someone wanted to add your address');
  expect(text).not.toMatch(/\b\d{3}\s?\d{3}\b/);
  expect(await audited(world(), taken.id, 'contact.refused')).toBe(1);
  expect(await audited(world(), owner.id, 'contact.refused')).toBe(refusals);
});

test('A21 the owner of an address is told at the stored one, however it was typed', async () => {
  await unlimited();
  const taken = await world().person({ totp: false });
  const typed = taken.email.toUpperCase();
  await postOnly(browser, form, ADD, { email: typed });
  await world().mail(taken.email, 'Someone wanted to add your address');
  await queueEmpty(world());
  expect(world().mails.filter(({ recipients }) => recipients.includes(typed))).toEqual([]);
  for (const body of [`email=${taken.email}&email=x@example.net`, `email[]=x@example.net`])
    expect((await browser.post(ADD, `_csrf=${encodeURIComponent(form.csrf)}&${body}`)).status).toBe(400);
});

/** What is done for a taken address takes so much longer here that it would show, were the answer not even. */
const slower = () =>
  rows(
    world(),
    sql`
      create function slower() returns trigger language plpgsql as $$ begin perform pg_sleep(0.025); return new; end $$;
      create trigger slower before insert on audit_log
        for each row when (new.kind = 'contact.refused') execute function slower();`,
  );

test('A11 the time of the answer is the same for every kind of address, while mail goes out and while it cannot', async () => {
  await slower();
  const times = new Map<string, number[]>();
  const measure = async () => {
    const asked = await Promise.all(
      kinds.map(async (kind) => ({ kind, address: await KINDS[kind](), at: Math.random() })),
    );
    for (const { kind, address } of asked.toSorted((a, b) => a.at - b.at)) {
      await unlimited();
      const before = performance.now();
      const answer = await postOnly(browser, form, ADD, { email: address });
      const took = performance.now() - before;
      expect(answer.status).toBe(303);
      times.set(kind, [...(times.get(kind) ?? []), took]);
    }
  };
  const differing = (least: number) =>
    kinds
      .flatMap((a, n) => kinds.slice(n + 1).map((b) => [a, b] as const))
      .filter(([a, b]) => mannWhitney(times.get(a) ?? [], times.get(b) ?? []).p <= least)
      .map((pair) => pair.join(' | '));
  const look = async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      world().mailSink.behave(round % 2 === 0 ? 'accept' : 'later');
      await measure();
    }
    world().mailSink.behave('accept');
  };
  // The form may be sent for so long only; the clock stands still meanwhile.
  form = await openConsole(world(), browser, owner, ADD);
  await look();
  const seeming = differing(LEAST_P);
  for (let again = 1; again < LOOKS && seeming.length > 0; again += 1) await look();
  expect(differing(LEAST_P_OF_ALL)).toEqual([]);
}, 240_000);

test('an address that became somebody’s meanwhile is answered like a wrong code, and its owner is told', async () => {
  await unlimited();
  await rows(world(), sql`delete from attempts`);
  const address = await KINDS.nobody();
  const other = await world().person();
  const theirs = world().browser();
  const asked = await browser.press(form, 'Send a code', { email: address });
  const mine = await mailedCode(world(), address);
  const add = await openConsole(world(), theirs, other, ADD);
  const confirm = await theirs.press(add, 'Send a code', { email: address });
  await theirs.press(confirm, 'Confirm', { code: await mailedCode(world(), address) });
  const wrong = await postOnly(browser, asked, asked.path, { code: mine === '000000' ? '111111' : '000000' });
  const right = await postOnly(browser, asked, asked.path, { code: mine });
  const shown = ({ page }: typeof right) => [page.status, page.alert.replace(/\d tr(y|ies)/, 'N'), page.heading];
  expect(shown(right)).toEqual(shown(wrong));
  await world().mail(address, 'Someone wanted to add your address');
  expect((await world().ports.store.accounts.load(owner.id))?.contacts.map(({ value }) => value)).not.toContain(
    address,
  );
});
