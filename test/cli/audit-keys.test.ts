import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { jsonOf, useRegain } from './regain.ts';

const { regain, here, url } = useRegain();

async function sql(query: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(query)).rows;
  } finally {
    await client.end();
  }
}

const user = (name: string) => ['user', 'create', '--username', name, '--email', `${name}@example.org`, '--json'];

async function events(...options: string[]): Promise<Record<string, unknown>[]> {
  const answer: { events?: Record<string, unknown>[] } = jsonOf(await here(['audit', '--json', ...options]));
  return answer.events ?? [];
}

describe('keys rotate', () => {
  test('new keys are published at once and sign when caches have expired; the old ones go later; audited', async () => {
    const before = Date.now();
    const answer: { keys?: { kid: string; alg: string }[]; active_from?: string; retire_old_at?: string } = jsonOf(
      await regain(['keys', 'rotate', '--json']),
    );
    expect(answer.keys?.map(({ alg }) => alg).toSorted()).toEqual(['ES256', 'EdDSA', 'PS256', 'RS256']);
    const [from, gone] = [Date.parse(answer.active_from ?? ''), Date.parse(answer.retire_old_at ?? '')];
    expect(from - before).toBeGreaterThanOrEqual(600_000);
    expect(gone - from).toBe(86_400_000);
    const keys = await sql(
      'select kid, active_from::float8, retired_at::float8 from signing_keys order by active_from',
    );
    expect(keys).toHaveLength(8);
    expect(new Set(keys.slice(0, 4).map(({ retired_at }) => retired_at))).toEqual(new Set([gone]));
    for (const key of keys.slice(4)) expect(key).toMatchObject({ active_from: from, retired_at: null });
    expect(new Set(keys.slice(4).map(({ kid }) => kid))).toEqual(new Set(answer.keys?.map(({ kid }) => kid)));
    expect(await events()).toMatchObject([
      { kind: 'keys.rotated', actor: 'cli', details: { active_from: answer.active_from } },
    ]);
  });

  test('keys list tells what each is for and until when', async () => {
    const { keys = [] }: { keys?: { alg: string; state: string; retired_at: string | null; kept: string }[] } = jsonOf(
      await here(['keys', 'list', '--json']),
    );
    expect(keys.map(({ state, kept }) => `${state} ${kept}`)).toEqual([
      ...Array(4).fill('current database'),
      ...Array(4).fill('next database'),
    ]);
    for (const { state, retired_at } of keys) expect(retired_at !== null).toBe(state === 'current');
    const lines = (await here(['keys', 'list'])).stdout.trim().split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[0]).toMatch(/^\w+ +\S+  signs since 2\S+Z, leaves the key set at 2\S+Z$/);
    expect(lines[7]).toMatch(/^\w+ +\S+  published, signs from 2\S+Z$/);
  });
});

describe('audit', () => {
  test('oldest first; of one user; from a time on', async () => {
    const { sub } = jsonOf(await here(user('ann')));
    await here(user('bob'));
    await here(['user', 'suspend', 'ann']);
    const all = await events();
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(all.map(({ kind }) => kind)).toEqual([
      'keys.rotated',
      'account.created',
      'account.created',
      'account.suspended',
    ]);
    expect(all.at(-1)).toEqual({
      seq: 4,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      kind: 'account.suspended',
      sub,
      organization: 'default',
      actor: 'cli',
      ip: null,
      user_agent: null,
      details: { by: expect.stringContaining('@'), sessions_ended: 0 },
    });
    for (const who of ['ann', 'ANN@example.org', String(sub)]) {
      expect((await events('--user', who)).map(({ seq }) => seq)).toEqual([2, 4]);
    }
    expect((await events('--since', String(all[2]?.['at']))).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(await events('--since', '2999-01-01')).toEqual([]);
    const lines = (await here(['audit'])).stdout.trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[3]).toContain(`account.suspended  ${String(sub)}  cli`);
  });

  test('an unknown user is refused', async () => {
    expect(await here(['audit', '--user', 'nobody', '--json'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'regain: there is no user "nobody"\n',
    });
  });

  test('a log longer than a page comes whole, through a pipe, as one object', async () => {
    await sql(`insert into audit_log (seq, at, kind, actor, details, prev_hash, hash)
      select n, 1, 'signed-out', 'system', '{}', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')
      from generate_series(5, 3000) n`);
    const answer: { events?: unknown[] } = jsonOf(await regain(['audit', '--json']));
    expect(answer.events).toHaveLength(3000);
    await sql('delete from audit_log where seq > 4');
  });

  test('A30 verify: whole, then altered, and the row is named', async () => {
    expect(jsonOf(await regain(['audit', 'verify', '--json']))).toEqual({ ok: true, rows: 4 });
    expect((await here(['audit', 'verify'])).stdout).toBe('The audit log is whole: 4 rows.\n');
    await sql(`update audit_log set details = '{"by":"nobody"}' where seq = 3`);
    const ran = await regain(['audit', 'verify', '--json']);
    expect(ran.code).toBe(1);
    expect(jsonOf(ran)).toEqual({ ok: false, first_bad: 3, why: 'altered' });
    expect(ran.stderr).toContain('row 3 is the first that does not fit (altered)');
  });
});
