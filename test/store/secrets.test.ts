import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { FROM } from '../support/from.ts';
import { addPerson, crypto, emailTo, journeyOf, totp, useStore, visitor } from './fixture.ts';

const fixture = useStore();

/** Every column of every table of ours and of the job queue, bytes both as text and in hexadecimal. */
async function dump(): Promise<string> {
  const { db } = fixture();
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('public', 'jobs') and table_type = 'BASE TABLE'`.execute(db);
  expect(tables.length).toBeGreaterThan(20);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ row: Record<string, unknown>; text: string }>`
      select to_jsonb(t) as row, t::text as text from ${sql.raw(name)} t`.execute(db);
    for (const { row, text } of rows) {
      const bytes = Object.values(row).filter(
        (value): value is string => typeof value === 'string' && value.startsWith('\\x'),
      );
      texts.push(name, text, ...bytes.map((hex) => Buffer.from(hex.slice(2), 'hex').toString('latin1')));
    }
  }
  return texts.join('\n');
}

it('A29: whoever reads the whole database finds no code, secret, key, link, token or id to use', async () => {
  const { store, records, keys, limits, clock } = fixture();
  const person = await addPerson(fixture());
  let planted = 0;
  const canary = (): string => `canary${(planted += 1)}${randomBytes(12).toString('hex')}`;
  const secrets = Array.from({ length: 24 }, canary);
  const next = (): string => secrets.shift() ?? canary();
  const all = [...secrets];

  const [link, code, digits] = [next(), next(), next()];
  await store.outbox.send(emailTo(person, clock, { link, code }));
  await store.codes.create({
    id: crypto.uuid(),
    purpose: 'recovery-link',
    accountId: person.id,
    journeyId: null,
    contactId: person.emailId,
    tokenHash: crypto.hashToken(next()),
    codeHash: crypto.hashCode('recovery-link', person.id, digits),
    expiresAt: clock.now + 1_000,
  });
  await store.credentials.add(person.id, totp(next()));
  const journey = await store.journeys.create(
    journeyOf(clock, {
      // Some people type their password into the first field.
      identifier: next(),
      interactionUid: next(),
      request: { login_hint: next() },
      state: { challenge: next(), password: next(), enrolment: { totp: next(), challenge: next() } },
    }),
    crypto.hashToken(next()),
  );
  await store.journeys.advance(journey, { identifier: next(), state: { challenge: next() } });
  const [sessionUid, grantId, token] = [next(), next(), next()];
  const owned = { accountId: person.id, sessionUid, grantId, clientId: 'app' };
  await records.upsert('AccessToken', token, { ...owned, jti: token, extra: next() }, 60);
  await records.upsert('Session', next(), { uid: sessionUid, accountId: person.id }, 60);
  await records.upsert('DeviceCode', next(), { userCode: next() }, 60);
  await store.sessions.recordProofs(journey.id, person.id, [], FROM);
  await store.sessions.bind(journey.id, sessionUid);
  await store.attempts.count([next()], [0, 0], clock.now);
  await limits.take([{ budget: 'sms-per-number', key: next() }]);
  await store.devices.remember(person.id, crypto.hashToken(next()), visitor, clock.now);
  const signing = await keys.published(clock.now);
  const privateParts = signing.flatMap(({ jwk }) =>
    ['d', 'p', 'q'].flatMap((part) => (typeof jwk[part] === 'string' ? [jwk[part]] : [])),
  );
  expect(privateParts.length).toBeGreaterThanOrEqual(4);

  const text = await dump();
  expect(text).toContain(person.username);
  expect([...all, ...privateParts].filter((secret) => text.includes(secret))).toEqual([]);

  await store.sessions.endAll(person.id);
  expect(all.filter((secret) => text.includes(secret))).toEqual([]);
});
