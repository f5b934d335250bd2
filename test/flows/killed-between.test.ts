import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Journey } from '../../src/domain/journey.ts';
import type { Goal } from '../../src/domain/policy.ts';
import type { Proof } from '../../src/domain/proof.ts';
import { complete } from '../../src/flows/complete.ts';
import type { Gains } from '../../src/flows/outcome.ts';
import type { Account, NewCredential, Ports, Repositories, Visitor } from '../../src/flows/ports.ts';
import { addPerson } from '../support/people.ts';
import { openPorts, type TestPorts } from '../support/ports.ts';

let test: TestPorts;
let admin: Client;
beforeAll(async () => {
  test = await openPorts();
  const { rows } = await test.database.db
    .selectNoFrom((eb) => eb.fn('current_database').as('name'))
    .execute()
    .then((found) => ({ rows: found }));
  const url = new URL(process.env['REGAIN_TEST_CLUSTER'] ?? '');
  url.pathname = `/${String(rows[0]?.name)}`;
  admin = new Client(url.href);
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await test?.close();
});

const visitor: Visitor = { ip: '192.0.2.1', userAgent: 'a test', deviceHash: Buffer.alloc(32, 7) };

/** Before the n-th thing that a transaction asks of the store, its connection to PostgreSQL is killed. */
function killedBefore(nth: number): { ports: Ports; asked: () => number } {
  let asked = 0;
  const spied = (tx: Repositories): Repositories =>
    new Proxy(tx, {
      get: (repositories, name: keyof Repositories) =>
        new Proxy(repositories[name], {
          get: (repository, method) => {
            const call: unknown = Reflect.get(repository, method);
            if (typeof call !== 'function') return call;
            return async (...args: unknown[]) => {
              asked += 1;
              if (asked === nth) await killTransactions();
              return Reflect.apply(call, repository, args);
            };
          },
        }),
    });
  const { store } = test.ports;
  const killing = {
    ...store,
    transaction: <T>(work: (tx: Repositories) => Promise<T>) => store.transaction((tx) => work(spied(tx))),
  };
  return { ports: { ...test.ports, store: killing }, asked: () => asked };
}

async function killTransactions(): Promise<void> {
  const { rows } = await admin.query(
    `select pg_terminate_backend(pid, 5000) as killed from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'`,
  );
  expect(rows).toEqual([{ killed: true }]);
}

/** Every row of what a completion touches, as text. */
async function everything(): Promise<string> {
  const tables = [
    'accounts',
    'contact_points',
    'credentials',
    'journeys',
    'one_time_codes',
    'session_proofs',
    'devices',
    'audit_log',
    'outbox',
    'oidc_records',
  ];
  const dumps: unknown[] = [];
  for (const table of tables) {
    const { rows } = await admin.query(`select t::text as line from ${table} t order by 1`);
    dumps.push([table, rows]);
  }
  return JSON.stringify(dumps);
}

const proofsOf = (account: Account, kinds: Proof['kind'][]): Proof[] =>
  kinds.map((kind) => ({ kind, at: test.ports.now(), by: holder(account, kind) }));

function holder(account: Account, kind: Proof['kind']): string {
  const contact = kind === 'email-code' || kind === 'invitation' ? 'email' : kind === 'sms-code' ? 'phone' : undefined;
  const found = contact
    ? account.contacts.find((held) => held.kind === contact)
    : account.credentials.find((held) => held.kind === kind);
  return found?.id ?? '';
}

async function journeyOf(
  account: Account,
  kind: Journey['kind'],
  goal: Goal,
  proofs: Proof[],
  linkCodeId?: string,
): Promise<Journey> {
  const { ports } = test;
  return ports.store.journeys.create(
    {
      id: ports.crypto.uuid(),
      kind,
      goal,
      atLeast: null,
      accountId: account.id,
      organizationId: account.organizationId,
      policyVersion: account.policyVersion,
      identifier: account.username,
      interactionUid: null,
      clientId: null,
      request: null,
      locale: 'en',
      proofs,
      state: { challenge: ports.crypto.token(), ...(linkCodeId && { linkCodeId }) },
      createdAt: ports.now(),
      expiresAt: ports.now() + 60_000,
    },
    ports.crypto.hashToken(ports.crypto.token()),
  );
}

function newTotp(): NewCredential {
  const id = test.ports.crypto.uuid();
  const sealedSecret = test.ports.crypto.seal(test.ports.totp.newSecret(), `credential:${id}`);
  return { id, kind: 'totp', label: '', sealedSecret, lastStep: null, unsettledUntil: null };
}

const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g';

it.each<[string, (account: Account) => Promise<Journey>, () => Gains, boolean]>([
  [
    'a replaced second factor',
    (account) =>
      journeyOf(account, 'recovery', 'reset-second-factor', proofsOf(account, ['email-code', 'password', 'sms-code'])),
    () => ({ factor: newTotp() }),
    true,
  ],
  [
    'a reset password',
    (account) => journeyOf(account, 'recovery', 'reset-password', proofsOf(account, ['email-code', 'totp'])),
    () => ({ passwordHash }),
    true,
  ],
  [
    'a first second factor at sign-in',
    (account) => journeyOf(account, 'sign-in', 'sign-in', proofsOf(account, ['password'])),
    () => ({ factor: newTotp() }),
    false,
  ],
])('A31 %s: killed between any two statements, nothing has happened; else all of it', async (_, begin, gains, totp) => {
  const person = await addPerson(test, { totp });
  const account = await test.ports.store.accounts.load(person.id);
  if (!account) throw new Error('nobody');
  const journey = await begin(account);
  const before = await everything();
  let statements = 0;
  for (let nth = 1; ; nth += 1) {
    const { ports, asked } = killedBefore(nth);
    const outcome = await complete(ports, visitor, journey, gains()).catch(() => 'killed' as const);
    if (outcome !== 'killed' && outcome.outcome !== 'refused') break;
    expect(outcome).toBe('killed');
    statements = asked();
    expect(await everything()).toBe(before);
  }
  expect(statements).toBeGreaterThan(5);
  const after = await test.ports.store.accounts.load(person.id);
  expect(after?.credentials.map(({ id }) => id).toSorted()).not.toEqual(
    account.credentials.map(({ id }) => id).toSorted(),
  );
  expect(await everything()).not.toBe(before);
  // The same journey completes once only.
  expect(await complete(test.ports, visitor, journey, gains())).toMatchObject({ outcome: 'refused' });
});
