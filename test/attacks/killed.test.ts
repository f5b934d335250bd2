import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { codeOf, PASSWORD, type Person } from '../support/people.ts';
import { ISSUER } from '../support/ports.ts';
import { freePort } from '../support/sinks.ts';
import { staff } from '../web/admin/staff.ts';
import { Browser } from '../web/recovery/browser.ts';
import { enrolShown, WORDS } from '../web/recovery/steps.ts';
import { useWorld } from '../web/recovery/world.ts';
import { everything, queueEmpty, rows } from './support/rows.ts';
import { walkToRegister } from './support/walks.ts';

// Two processes with one clock: here it is never moved.
const world = useWorld();
let child: ChildProcess | undefined;
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await once(child, 'exit');
});

/** Regain in a process of its own, on the same database; its address, once it serves. */
async function startChild(): Promise<string> {
  const { config } = world().running.context;
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    REGAIN_ISSUER: ISSUER,
    PORT: String(port),
    DATABASE_URL: config.databaseUrl,
    SMTP_URL: config.smtpUrl,
    SMS_URL: config.smsUrl,
    MAIL_FROM: config.mailFrom,
    REGAIN_MASTER_KEY: config.masterKeys.map((key) => key.toString('base64')).join(),
    TRUST_PROXY: '1',
  };
  const started = spawn(process.execPath, ['src/cli.ts', 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  const lines = createInterface({ input: started.stdout });
  for await (const line of lines) if (line.includes('Regain is ready')) break;
  started.stdout.resume();
  return `http://127.0.0.1:${port}`;
}

const sleeping = sql<{ pid: number }>`
  select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;

/** Sends the request and kills the process that it went to at the moment when it has written to this table. */
async function killedWhileWriting(table: string, request: () => Promise<unknown>): Promise<void> {
  await rows(
    world(),
    sql`create function wait_a_second() returns trigger language plpgsql
      as 'begin perform pg_sleep(1); return null; end'`,
  );
  await rows(world(), sql`create trigger slow after insert on ${sql.table(table)} execute function wait_a_second()`);
  const answered = request().then(
    () => 'answered',
    () => 'cut off',
  );
  while ((await rows(world(), sleeping)).length === 0);
  child?.kill('SIGKILL');
  expect(await answered).toBe('cut off');
  while ((await rows(world(), sleeping)).length > 0);
  await rows(world(), sql`drop function wait_a_second cascade`);
}

/** The same browser at the node that is left. */
function movedHere(from: Browser): Browser {
  const here = world().browser();
  for (const [key, cookie] of from.jar) here.jar.set(key, cookie);
  return here;
}

test.each(['credentials', 'audit_log'])(
  'A31 the process killed while it writes %s: as before, and any other node goes on',
  async (table) => {
    const person = await world().person();
    const there = new Browser(await startChild());
    const page = await walkToRegister(world(), there, person);
    await queueEmpty(world());
    const before = await everything(world());
    const sent = await world().sentTo(person);

    await killedWhileWriting(table, () =>
      there.press(page, WORDS.en.continue, { code: codeOf(page.totpSecret, Date.now()) }),
    );

    expect(await everything(world())).toBe(before);
    expect(await world().sentTo(person)).toEqual(sent);
    const here = movedHere(there);
    const done = await enrolShown(here, await here.open('/lost-credentials/new-factor'));
    expect(done.page.heading).toBe(WORDS.en.replaced);
    expect(await world().sentTo(person)).toEqual({ mails: sent.mails + 1, sms: sent.sms + 1 });
  },
);

async function signIn(browser: Browser, operator: Person): Promise<void> {
  const page = await browser.open('/admin');
  if (!page.path.startsWith('/sign-in/')) return;
  const second = await browser.press(page, undefined, { username: operator.username, password: PASSWORD });
  await browser.press(second, undefined, { code: operator.code() });
}

const usual = PRESETS['password-sms'];
const CHECK = usual.emergencyCode.operator.checks[0] ?? '';
const ASKED = { 'check-0': CHECK, reason: 'came to the desk', ticket: 'T-1', uses: '1', lifetime: '86400' };

test.each([
  { act: 'issues', table: 'audit_log', fourEyes: false },
  { act: 'approves', table: 'outbox', fourEyes: true },
])(
  'A31 the process killed while an operator $act a code and it writes $table: no code, nobody told; once more and it is done',
  async (which) => {
    const { operator } = usual.emergencyCode;
    const emergencyCode = { ...usual.emergencyCode, operator: { ...operator, fourEyes: which.fourEyes } };
    await world().policy({ ...usual, emergencyCode });
    const person = await world().person();
    const below = `/admin/users/${person.id}/emergency-code`;
    const ask = async (browser: Browser, by: Person) => {
      await signIn(browser, by);
      const form = await browser.open(below);
      return () => browser.post(below, { ...form.forms[0]?.fields, ...ASKED });
    };
    const approve = async (browser: Browser, by: Person) => {
      await signIn(browser, by);
      const page = await browser.open(`${below}/approve`);
      return () => browser.post(`${below}/approve`, { ...page.formWith('Approve').fields, way: 'email' });
    };
    const [proposer, actor] = [await staff(world(), 'operator'), await staff(world(), 'operator')];
    if (which.fourEyes) await (await ask(world().browser(), proposer))();
    const there = new Browser(await startChild());
    const act = which.fourEyes ? approve : ask;
    const request = await act(there, actor);
    await queueEmpty(world());
    const [before, sent] = [await everything(world()), await world().sentTo(person)];

    await killedWhileWriting(which.table, request);

    expect(await everything(world())).toBe(before);
    expect(await world().sentTo(person)).toEqual(sent);
    expect((await (await act(movedHere(there), actor))()).status).toBe(200);
    expect((await world().ports.store.accounts.load(person.id))?.emergencyCode).toMatchObject({ usesLeft: 1 });
    expect((await world().sentTo(person)).mails).toBeGreaterThan(sent.mails);
  },
);
