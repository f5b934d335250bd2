import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { type AuditRow, hashOf } from '../../src/store/audit-chain.ts';
import { jsonOf, runHere } from '../cli/regain.ts';
import { enrolShown, typePassword } from '../web/recovery/steps.ts';
import { useWorld } from '../web/recovery/world.ts';
import { rows } from './support/rows.ts';
import { walkToRegister } from './support/walks.ts';

const world = useWorld();
let log: AuditRow[];
beforeAll(async () => {
  const app = await world().application('Notes');
  const person = await world().person();
  const browser = world().browser();
  await typePassword(browser, (await app.open(browser)).page, person, 'a wrong one');
  await enrolShown(browser, await walkToRegister(world(), browser, person));
  await rows(world(), sql`create table kept as table audit_log`);
  log = await rows(world(), sql<AuditRow>`select * from audit_log order by seq`);
});

const seqOf = (kind: string) => Number(log.find((row) => row.kind === kind)?.seq);

/** `regain audit verify --json`, as an operator runs it beside the server. */
async function verify(): Promise<Record<string, unknown>> {
  const { databaseUrl = '', masterKeys } = world().running.context.config;
  const REGAIN_MASTER_KEY = masterKeys.map((key) => key.toString('base64')).join();
  return jsonOf(await runHere(['audit', 'verify', '--json'], { DATABASE_URL: databaseUrl, REGAIN_MASTER_KEY }));
}

/** As somebody who has the database and not the master key: writes every hash anew, so that the chain fits. */
async function rehash(): Promise<void> {
  let prev_hash: Buffer | undefined;
  let seq = 0;
  for (const row of await rows(world(), sql<AuditRow>`select * from audit_log order by seq`)) {
    seq += 1;
    const written = { ...row, seq, prev_hash: prev_hash ?? row.prev_hash };
    prev_hash = hashOf(written);
    await rows(
      world(),
      sql`update audit_log set seq = ${seq}, prev_hash = ${written.prev_hash}, hash = ${prev_hash} where seq = ${row.seq}`,
    );
  }
  await rows(world(), sql`update audit_head set count = ${seq}, hash = ${prev_hash}`);
}

type Edit = readonly [edit: () => Promise<unknown>, why: string, firstBad: () => number];
const finished = () => seqOf('recovery.finished');
const EDITS: Readonly<Record<string, Edit>> = {
  'another route': [
    () => rows(world(), sql`update audit_log set details = details || '{"route":"by-hand"}' where seq = ${finished()}`),
    'altered',
    finished,
  ],
  'another address': [
    () => rows(world(), sql`update audit_log set ip = '192.0.2.99' where seq = ${finished()}`),
    'altered',
    finished,
  ],
  'another time': [
    () => rows(world(), sql`update audit_log set at = at + 1 where seq = ${finished()}`),
    'altered',
    finished,
  ],
  'another account': [
    () => rows(world(), sql`update audit_log set account_id = null where seq = ${seqOf('sign-in.failed')}`),
    'altered',
    () => seqOf('sign-in.failed'),
  ],
  'another actor': [
    () => rows(world(), sql`update audit_log set actor = 'system' where seq = ${seqOf('account.created')}`),
    'altered',
    () => seqOf('account.created'),
  ],
  'a row taken out': [
    () => rows(world(), sql`delete from audit_log where seq = ${seqOf('sign-in.failed')}`),
    'missing',
    () => seqOf('sign-in.failed'),
  ],
  'the last row taken out': [
    () => rows(world(), sql`delete from audit_log where seq = ${log.length}`),
    'cut-off',
    () => log.length,
  ],
  'a row put in at the end': [
    () =>
      rows(
        world(),
        sql`insert into audit_log select (jsonb_populate_record(t, jsonb_build_object('seq', ${log.length + 1}::int))).*
          from audit_log t where seq = ${log.length}`,
      ),
    'altered',
    () => log.length + 1,
  ],
  'two rows changed for each other': [
    () =>
      rows(world(), sql`update audit_log set seq = 1000005 - seq where seq in (2, 3)`).then(() =>
        rows(world(), sql`update audit_log set seq = seq - 1000000 where seq > 1000000`),
      ),
    'altered',
    () => 2,
  ],
  'a row taken out and every hash written anew': [
    () => rows(world(), sql`delete from audit_log where seq = ${seqOf('sign-in.failed')}`).then(rehash),
    'cut-off',
    () => log.length,
  ],
  'a row changed and every hash written anew': [
    () => rows(world(), sql`update audit_log set details = '{}' where seq = ${finished()}`).then(rehash),
    'rewritten',
    () => log.length,
  ],
  'the head taken away': [() => rows(world(), sql`update audit_head set sealed = null`), 'head', () => log.length],
  'a head of somebody’s own': [
    () => rows(world(), sql`update audit_head set sealed = decode('00112233', 'hex')`),
    'head',
    () => log.length,
  ],
};

test('A30 the log of a recovery is whole', async () => {
  expect(await verify()).toEqual({ ok: true, rows: log.length });
});

test.each(Object.entries(EDITS))(
  'A30 %s: `audit verify` names the first row that does not fit',
  async (_, [edit, why, firstBad]) => {
    const [head] = await rows(world(), sql<{ sealed: Buffer; count: number; hash: Buffer }>`select * from audit_head`);
    await edit();
    try {
      expect(await verify()).toEqual({ ok: false, first_bad: firstBad(), why });
    } finally {
      await rows(world(), sql`delete from audit_log`);
      await rows(world(), sql`insert into audit_log select * from kept`);
      await rows(
        world(),
        sql`update audit_head set sealed = ${head?.sealed}, count = ${head?.count}, hash = ${head?.hash}`,
      );
    }
  },
);
