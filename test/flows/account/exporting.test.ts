import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXPORT_SCHEMA } from '../../../src/flows/account/account-export.ts';
import { exportActivity, readActivity } from '../../../src/flows/account/export-activity.ts';
import { exportData } from '../../../src/flows/account/export-data.ts';
import { addPerson } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';
import { addRestoreCode } from '../../support/restore-codes.ts';
import { auditOf, FIREFOX, HOME, ownerOf } from './owner.ts';

let test: TestPorts;
beforeAll(async () => {
  test = await openPorts();
});
afterAll(() => test.close());

it('gives everything that is kept about its owner, and says so to everybody', async () => {
  const person = await addPerson(test, { passkey: true, givenName: 'Zoé' });
  await test.ports.store.devices.remember(person.id, Buffer.alloc(32, 7), HOME, test.ports.now());
  test.clock.now += 1_000;
  const done = await exportData(test.ports, await ownerOf(test, person));
  if (done.outcome !== 'exported') throw new Error(JSON.stringify(done));
  const { data } = done;
  expect(data).toMatchObject({
    schema: EXPORT_SCHEMA,
    account: { id: person.id, username: person.username, given_name: 'Zoé', closes_at: null },
    browsers: [{ ip: HOME.ip, user_agent: FIREFOX, blocked_at: null }],
    activity_cut: false,
  });
  expect(data.contacts.map(({ kind, value }) => `${kind} ${value}`).toSorted()).toEqual([
    `email ${person.email}`,
    `phone ${person.phone}`,
  ]);
  expect(data.credentials.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
    'passkey active',
    'password active',
    'totp active',
  ]);
  expect(data.notices.map(({ kind }) => kind)).toEqual(['data-exported', 'second-factor-enrolled']);
  // The export itself is among the lines.
  expect(data.activity.map(({ kind }) => kind)).toEqual((await auditOf(test, person.id)).toReversed());
  expect(data.activity[0]).toMatchObject({ kind: 'account.exported', ip: HOME.ip, details: { what: 'everything' } });
});

it('says that there is a restore code, since when and how it came, and when one was used', async () => {
  const person = await addPerson(test);
  const read = async () => {
    const done = await exportData(test.ports, await ownerOf(test, person));
    return done.outcome === 'exported' ? { code: done.data.restore_code, uses: done.data.restoring } : undefined;
  };
  const uses = { forbidden: false, restored_at: [], sign_ins_without_code: 0, asked_no_more: false };
  expect(await read()).toEqual({ code: null, uses });
  await addRestoreCode(test.ports, person, { issuedBy: 'letter' });
  const { restoreCode } = (await ownerOf(test, person)).account;
  const at = new Date(restoreCode?.createdAt ?? 0).toISOString();
  const code = { id: restoreCode?.id, made_at: at, came_by: 'letter', counts_in_recovery_from: at };
  expect(await read()).toEqual({ code: { ...code, can_be_seen_again: true }, uses });
  const now = test.ports.now();
  await test.ports.store.restoreCodes.spend(person.id, restoreCode?.id ?? '', now);
  await test.ports.store.accounts.update(person.id, { signInsAsked: -1, restoreForbidden: true });
  const after = { ...uses, forbidden: true, restored_at: [new Date(now).toISOString()], asked_no_more: true };
  expect(await read()).toEqual({ code: null, uses: after });
});

it('A6 nothing in it is a secret', async () => {
  const person = await addPerson(test, { passkey: true });
  const code = await addRestoreCode(test.ports, person);
  const owner = await ownerOf(test, person);
  const { hash, sealed } = owner.account.restoreCode ?? {};
  const done = await exportData(test.ports, owner);
  const text = JSON.stringify(done);
  const secrets = [
    person.totp ?? '',
    owner.session.uid,
    Buffer.alloc(32, 7).toString('hex'),
    Buffer.alloc(32, 7).toString('base64'),
    '$argon2',
    code,
    code.replaceAll('-', ''),
    ...[hash, sealed].flatMap((bytes) => [bytes?.toString('base64') ?? '', bytes?.toString('hex') ?? '']),
    ...owner.account.credentials.flatMap((held) =>
      held.kind === 'totp' ? [held.sealedSecret.toString('base64'), held.sealedSecret.toString('hex')] : [],
    ),
  ];
  expect(secrets.filter((secret) => secret.length < 7 || text.includes(secret))).toEqual([]);
  expect(text).not.toMatch(/hash|secret|sealed|"Buffer"/i);
});

it('A4 a weak or an old session gets no copy, and nobody is written to for it', async () => {
  const person = await addPerson(test);
  const before = await auditOf(test, person.id);
  for (const settings of [{ acr: 'urn:regain:acr:1' } as const, { age: 21 * 60_000 }]) {
    const refused = await exportData(test.ports, await ownerOf(test, person, settings));
    expect(refused).toMatchObject({ outcome: 'not-allowed', verdict: { verdict: 'step-up' } });
  }
  const owner = await ownerOf(test, person);
  await test.ports.store.sessions.endAll(person.id);
  expect(await exportData(test.ports, owner)).toMatchObject({ verdict: { verdict: 'session-over' } });
  expect(await exportActivity(test.ports, owner, ['sign-in.failed'])).toMatchObject({
    verdict: { verdict: 'session-over' },
  });
  expect(await auditOf(test, person.id)).toEqual(before);
});

it('A23 so many copies in an hour, since each is told by SMS too', async () => {
  const person = await addPerson(test);
  const owner = await ownerOf(test, person);
  const outcomes: string[] = [];
  for (let n = 0; n < 40 && outcomes.at(-1) !== 'refused'; n += 1)
    outcomes.push((await exportData(test.ports, owner)).outcome);
  expect(outcomes.at(-1)).toBe('refused');
});

it('every field stands in its description', async () => {
  const person = await addPerson(test, { passkey: true });
  await addRestoreCode(test.ports, person);
  const owner = await ownerOf(test, person);
  await test.ports.store.devices.remember(person.id, Buffer.alloc(32, 7), HOME, test.ports.now());
  await test.ports.store.transaction((tx) =>
    tx.applications.remember(
      person.id,
      'regain-account',
      { scopes: ['openid'], claims: [], consented: true },
      test.ports.now(),
    ),
  );
  const done = await exportData(test.ports, owner);
  const description = readFileSync(new URL('../../../docs/account-export.md', import.meta.url), 'utf8');
  const named = new Set([...description.matchAll(/`([\w-]+)`/g)].map(([, name]) => name));
  const fields = new Set(
    done.outcome === 'exported' ? fieldsIn({ ...done.data, activity: done.data.activity.slice(0, 1) }) : [],
  );
  expect(fields.size).toBeGreaterThan(50);
  const own = new Set(done.outcome === 'exported' ? Object.keys(done.data.activity[0]?.details ?? {}) : []);
  expect([...fields].filter((field) => !named.has(field) && !own.has(field))).toEqual([]);
});

function fieldsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...fieldsIn(inner)]);
}

it('reads many lines in small reads, newest first, each once, and no more than asked for', async () => {
  const person = await addPerson(test);
  await test.ports.store.transaction(async (tx) => {
    for (let n = 0; n < 2_345; n += 1)
      await tx.audit.append({ kind: 'sms.sent', accountId: person.id, actor: 'user', details: { n } });
  });
  const all = await readActivity(test.ports, person.id, { kinds: ['sms.sent'] });
  expect(all.map(({ details }) => details['n'])).toEqual(Array.from({ length: 2_345 }, (_, n) => 2_344 - n));
  expect(await readActivity(test.ports, person.id, { most: 1_500 })).toHaveLength(1_500);
});
