import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, vi } from 'vitest';
import { createCrypto } from '../../src/crypto/crypto.ts';
import { parseEmail, usernameKey } from '../../src/domain/email-address.ts';
import type { Journey } from '../../src/domain/journey.ts';
import type { Message } from '../../src/domain/message.ts';
import type { Crypto, NewCredential, Visitor } from '../../src/flows/ports.ts';
import { type OpenStore, openStore, type StoreLog } from '../../src/store/index.ts';
import { testDatabase } from '../support/database.ts';

export const crypto: Crypto = createCrypto([randomBytes(32)]);
export const visitor: Visitor = { ip: '203.0.113.7', userAgent: 'Mozilla/5.0 (test)', deviceHash: null };

/** A clock that tests move: starts at the real time, since rate limits know no other. */
export interface Clock {
  now: number;
}

export interface Fixture extends OpenStore {
  readonly url: string;
  readonly clock: Clock;
}

/** One database and store for the tests of a file. */
export function useStore(log?: StoreLog): () => Fixture {
  let fixture: Fixture | undefined;
  let drop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const database = await testDatabase();
    drop = database.drop;
    const clock = { now: Date.now() };
    const opened = await openStore({ url: database.url, crypto, now: () => clock.now, ...(log ? { log } : {}) });
    fixture = { ...opened, url: database.url, clock };
  });
  afterAll(async () => {
    await fixture?.close();
    await drop?.();
  });
  return () => {
    if (!fixture) throw new Error('the store is not open yet');
    return fixture;
  };
}

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly emailId: string;
  readonly phone: string;
  readonly phoneId: string;
}

/** An account with a verified e-mail address and phone. */
export async function addPerson(
  { db, clock }: Fixture,
  username = `u${randomUUID().slice(0, 8)}`,
  email = `${username}@Example.com`,
): Promise<Person> {
  const person = {
    id: crypto.uuid(),
    username,
    email,
    emailId: crypto.uuid(),
    phone: `+4179${crypto.digits(7)}`,
    phoneId: crypto.uuid(),
  };
  await db
    .insertInto('accounts')
    .values({
      id: person.id,
      organization_id: 'default',
      username,
      username_key: usernameKey(username),
      locale: 'en',
    })
    .execute();
  const contact = { account_id: person.id, verified_at: clock.now, is_primary: true, counts_from: 0 };
  await db
    .insertInto('contact_points')
    .values([
      { ...contact, id: person.emailId, kind: 'email', value: person.email, key: parseEmail(person.email)?.key ?? '' },
      { ...contact, id: person.phoneId, kind: 'phone', value: person.phone, key: person.phone },
    ])
    .execute();
  return person;
}

export function password(hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA'): NewCredential {
  return { id: crypto.uuid(), kind: 'password', label: '', hash, unsettledUntil: null };
}

export function totp(secret = 'JBSWY3DPEHPK3PXP'): NewCredential {
  const id = crypto.uuid();
  const sealedSecret = crypto.seal(secret, `credential:${id}`);
  return { id, kind: 'totp', label: 'App', sealedSecret, lastStep: null, unsettledUntil: null };
}

export function passkey(webauthnId = crypto.token()): NewCredential {
  return {
    id: crypto.uuid(),
    kind: 'passkey',
    label: 'Key',
    webauthnId,
    publicKey: randomBytes(77),
    signCount: 3,
    transports: ['internal', 'hybrid'],
    synced: true,
    unsettledUntil: null,
  };
}

export function journeyOf(clock: Clock, changes: Partial<Journey> = {}): Omit<Journey, 'version' | 'completedAt'> {
  return {
    id: crypto.uuid(),
    kind: 'sign-in',
    goal: 'sign-in',
    atLeast: null,
    accountId: null,
    organizationId: 'default',
    policyVersion: 1,
    identifier: 'somebody',
    interactionUid: crypto.token(),
    clientId: 'app',
    request: { scope: 'openid' },
    locale: 'fr',
    proofs: [],
    state: { challenge: crypto.token() },
    createdAt: clock.now,
    expiresAt: clock.now + 600_000,
    ...changes,
  };
}

export function emailTo(
  person: Person,
  clock: Clock,
  changes: { link?: string; code?: string; to?: string } = {},
): Message {
  return {
    channel: 'email',
    to: changes.to ?? person.email,
    locale: 'en',
    accountId: person.id,
    organizationId: 'default',
    expiresAt: clock.now + 300_000,
    content: {
      template: 'recovery-link',
      link: changes.link ?? 'https://id.example/r/token',
      code: changes.code ?? '123456',
      minutes: 5,
      username: person.username,
      circumstances: { at: clock.now, ip: visitor.ip, userAgent: visitor.userAgent },
    },
  };
}

/** So many calls at once. */
export function atOnce<T>(count: number, call: (n: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => call(n)));
}

/** Waits until so many connections of this database wait for a lock: what is raced is then really under way. */
export async function untilWaiting({ db }: Pick<Fixture, 'db'>, count: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
      if (rows.length < count) throw new Error(`${rows.length} of ${count} wait`);
    },
    { timeout: 10_000, interval: 10 },
  );
}
