import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AuditEvent } from '../../src/domain/audit-event.ts';
import { addPerson, useStore } from '../store/fixture.ts';
import { SECRET, World } from './support/world.ts';

/** The transmitter on the real store and its jobs, and a receiver on a port of its own. */
const fixture = useStore();
const PUSH = 'urn:ietf:rfc:8935';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type';
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type';

let world: World;
let receiver: Server;
let origin: string;
/** What came, and how the receiver answers. */
let came: { token: string; authorization: string | undefined; type: string | undefined }[] = [];
let answer: () => { status: number; body?: string } = () => ({ status: 202 });

beforeAll(async () => {
  receiver = createServer((req, res) => {
    void take(req, res);
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const { records, clients, keys, store, signals, jobs } = fixture();
  const { accounts, sessions, applications } = store;
  const real = { records, clients, keys, accounts, sessions, applications, signals };
  world = await World.start({ override: () => real });
  for (const id of ['shop', 'blog']) await addClient(id);
  await jobs.start({
    deliver: async () => {},
    tellLogout: async () => {},
    pushSignals: (streamId) => world.engine.pushSignals(streamId),
    everyMinute: async () => {},
  });
});
afterAll(async () => {
  await fixture().jobs.stop();
  await world.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});
beforeEach(async () => {
  for (const id of ['shop', 'blog']) {
    const stream = await fixture().signals.of(id);
    if (stream) await fixture().signals.remove(stream.id);
  }
  came = [];
  answer = () => ({ status: 202 });
});

async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const token = await text(req);
  const { status, body } = answer();
  came.push({ token, authorization: req.headers.authorization, type: req.headers['content-type'] });
  res.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

async function addClient(id: string): Promise<void> {
  const metadata = { redirect_uris: [`${origin}/cb`], grant_types: ['authorization_code', 'client_credentials'] };
  const secret_hash = createHash('sha256').update(SECRET).digest();
  const row = { id, organization_id: 'default', name: id, metadata: JSON.stringify(metadata), secret_hash };
  await fixture().db.insertInto('clients').values(row).execute();
}

async function tokenOf(client: string, scope = 'ssf.manage'): Promise<string> {
  const response = await fetch(`${world.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client}:${SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  });
  return JSON.parse(await response.text()).access_token;
}

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(token: string, method: string, path: string, body?: unknown): Promise<Answered> {
  const response = await fetch(`${world.issuer}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answered = await response.text();
  return { status: response.status, body: answered === '' ? {} : JSON.parse(answered) };
}

async function newStream(client: string, delivery?: object): Promise<{ token: string; id: string }> {
  const token = await tokenOf(client);
  const { status, body } = await ask(token, 'POST', '/ssf/stream', delivery && { delivery });
  expect(status).toBe(201);
  return { token, id: String(body['stream_id']) };
}

const pushed = (client: string) =>
  newStream(client, { method: PUSH, endpoint_url: `${origin}/events`, authorization_header: 'Bearer of-the-receiver' });

/** Somebody who has used these applications. */
async function somebody(...clients: string[]): Promise<string> {
  const { id } = await addPerson(fixture());
  const access = { scopes: ['openid'], claims: [], consented: true };
  for (const client of clients) await fixture().store.applications.remember(id, client, access, Date.now());
  return id;
}

const happens = (accountId: string, kind: AuditEvent['kind'], details: AuditEvent['details'] = {}) =>
  fixture().store.audit.append({ kind, accountId, actor: 'user', details });

async function verified(token: string, audience: string): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`));
  const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: world.issuer, audience });
  expect(protectedHeader.typ).toBe('secevent+jwt');
  expect(Object.keys(payload).toSorted()).toEqual(['aud', 'events', 'iat', 'iss', 'jti', 'sub_id']);
  return payload;
}

const typesOf = () => came.flatMap(({ token }) => Object.keys(decodeJwt<{ events: object }>(token).events));

test('the metadata name what there is, and every address of it answers', async () => {
  const metadata: Record<string, unknown> = JSON.parse(
    await (await fetch(`${world.issuer}/.well-known/ssf-configuration`)).text(),
  );
  expect(metadata).toMatchObject({ spec_version: '1_0', issuer: world.issuer, default_subjects: 'ALL' });
  const discovery = JSON.parse(await (await fetch(`${world.issuer}/.well-known/openid-configuration`)).text());
  expect(metadata['jwks_uri']).toBe(discovery.jwks_uri);
  for (const [name, address] of Object.entries(metadata).filter(([key]) => key.endsWith('_endpoint'))) {
    expect([name, (await fetch(String(address), { method: 'POST' })).status]).toEqual([name, 401]);
  }
});

test('a recovery is pushed in order, signed, about the account as the application knows it; and to nobody that it never used', async () => {
  await pushed('shop');
  const blog = await newStream('blog');
  const ada = await somebody('shop');
  await happens(ada, 'recovery.finished', { set: ['password', 'totp'] });
  await expect
    .poll(typesOf, { timeout: 20_000 })
    .toEqual([
      `${RISC}/recovery-activated`,
      `${CAEP}/credential-change`,
      `${CAEP}/credential-change`,
      `${CAEP}/session-revoked`,
      `${CAEP}/assurance-level-change`,
    ]);
  for (const { token, authorization, type } of came) {
    expect([authorization, type]).toEqual(['Bearer of-the-receiver', 'application/secevent+jwt']);
    const { sub_id } = await verified(token, 'shop');
    expect(sub_id).toEqual({ format: 'iss_sub', iss: world.issuer, sub: ada });
  }
  const second = await verified(came[1]?.token ?? '', 'shop');
  expect(second['events']).toMatchObject({
    [`${CAEP}/credential-change`]: { credential_type: 'password', change_type: 'update', initiating_entity: 'user' },
  });
  const { body } = await ask(blog.token, 'POST', `/ssf/poll/${blog.id}`, {});
  expect(body).toEqual({ sets: {}, moreAvailable: false });
});

test('what is rolled back is not told; a closed account is told of after it is gone', async () => {
  const { token, id } = await newStream('blog');
  const ada = await somebody('blog');
  const { store } = fixture();
  const fails = store.transaction(async (tx) => {
    await tx.audit.append({ kind: 'account.suspended', accountId: ada, actor: 'operator' });
    throw new Error('no');
  });
  await expect(fails).rejects.toThrow('no');
  await store.transaction(async (tx) => {
    await tx.audit.append({ kind: 'account.closed', accountId: ada, actor: 'system' });
    await tx.accounts.erase(ada);
  });
  const { body } = await ask(token, 'POST', `/ssf/poll/${id}`, {});
  const sets = Object.values(Object(body['sets'])).map((set) => decodeJwt<{ events: object }>(String(set)).events);
  expect(sets).toEqual([{ [`${RISC}/account-purged`]: {} }]);
});

test('polled: what is not acknowledged comes again under the same jti, what is acknowledged does not; nobody else may poll', async () => {
  const { token, id } = await newStream('blog');
  const ada = await somebody('blog');
  await happens(ada, 'account.suspended');
  const first = await ask(token, 'POST', `/ssf/poll/${id}`, { maxEvents: 1 });
  expect(first.body['moreAvailable']).toBe(true);
  const [[jti, set] = ['', '']] = Object.entries(Object(first.body['sets']));
  expect((await verified(String(set), 'blog')).jti).toBe(jti);
  const again = await ask(token, 'POST', `/ssf/poll/${id}`, { maxEvents: 1 });
  expect(Object.keys(Object(again.body['sets']))).toEqual([jti]);
  const next = await ask(token, 'POST', `/ssf/poll/${id}`, { ack: [jti] });
  expect(Object.keys(Object(next.body['sets']))).not.toContain(jti);
  expect(Object.keys(Object(next.body['sets']))).toHaveLength(1);
  expect((await ask(await tokenOf('shop'), 'POST', `/ssf/poll/${id}`, {})).status).toBe(404);
});

test('a receiver that is down is tried again; one that refuses stops the stream, which says why and goes on when it is enabled', async () => {
  const { token, id } = await pushed('shop');
  const ada = await somebody('shop');
  let tries = 0;
  answer = () => ({ status: (tries += 1) === 1 ? 503 : 202 });
  await happens(ada, 'account.resumed');
  await expect.poll(() => came.length, { timeout: 30_000 }).toBe(2);
  expect(decodeJwt(came[0]?.token ?? '').jti).toBe(decodeJwt(came[1]?.token ?? '').jti);

  answer = () => ({ status: 400, body: JSON.stringify({ err: 'invalid_audience', description: 'not me' }) });
  await happens(ada, 'account.resumed');
  const status = async () => (await ask(token, 'GET', `/ssf/status?stream_id=${id}`)).body;
  const reason = 'the receiver answered 400: invalid_audience';
  await expect.poll(status, { timeout: 20_000 }).toEqual({ stream_id: id, status: 'paused', reason });
  expect(await fixture().signals.failing()).toEqual([{ clientId: 'shop', status: 'paused', reason }]);
  const stopped = came.length;
  await happens(ada, 'account.suspended');

  answer = () => ({ status: 202 });
  expect((await ask(token, 'POST', '/ssf/status', { stream_id: id, status: 'enabled' })).status).toBe(200);
  await expect
    .poll(() => typesOf().slice(stopped), { timeout: 20_000 })
    .toEqual([`${RISC}/account-enabled`, `${RISC}/account-disabled`, `${CAEP}/session-revoked`]);
  expect(await status()).toEqual({ stream_id: id, status: 'enabled' });
});

test('verification comes with its state, about the stream, and not too often', async () => {
  const { token, id } = await pushed('shop');
  expect((await ask(token, 'POST', '/ssf/verify', { stream_id: id, state: 'abc' })).status).toBe(204);
  await expect.poll(() => came.length, { timeout: 20_000 }).toBe(1);
  const payload = await verified(came[0]?.token ?? '', 'shop');
  expect(payload['sub_id']).toEqual({ format: 'opaque', id });
  expect(payload['events']).toEqual({
    'https://schemas.openid.net/secevent/ssf/event-type/verification': { state: 'abc' },
  });
  expect((await ask(token, 'POST', '/ssf/verify', { stream_id: id })).status).toBe(429);
});

test('an application that removes an account hears nothing of it until it adds it again', async () => {
  const { token, id } = await newStream('blog');
  const ada = await somebody('blog');
  const about = { stream_id: id, subject: { format: 'iss_sub', iss: world.issuer, sub: ada } };
  const waiting = async () => (await fixture().signals.waiting(id, 10)).length;
  expect((await ask(token, 'POST', '/ssf/subjects/remove', about)).status).toBe(204);
  await happens(ada, 'account.resumed');
  expect(await waiting()).toBe(0);
  expect((await ask(token, 'POST', '/ssf/subjects/add', about)).status).toBe(200);
  await happens(ada, 'account.resumed');
  expect(await waiting()).toBe(1);
  const email = { stream_id: id, subject: { format: 'email', email: 'ada@example.org' } };
  expect((await ask(token, 'POST', '/ssf/subjects/add', email)).status).toBe(400);
});

test('streams: one for each application, read, changed and removed by itself alone, with a token that may', async () => {
  const { token, id } = await newStream('blog');
  expect((await ask(token, 'POST', '/ssf/stream', {})).status).toBe(409);
  const reads = await tokenOf('blog', 'ssf.read');
  expect((await ask(reads, 'GET', `/ssf/stream?stream_id=${id}`)).body).toMatchObject({
    stream_id: id,
    aud: 'blog',
    delivery: { method: 'urn:ietf:rfc:8936', endpoint_url: `${world.issuer}/ssf/poll/${id}` },
  });
  expect((await ask(reads, 'DELETE', `/ssf/stream?stream_id=${id}`)).status).toBe(403);
  expect((await ask(await tokenOf('shop'), 'DELETE', `/ssf/stream?stream_id=${id}`)).status).toBe(404);
  expect((await ask('nothing', 'GET', '/ssf/stream')).status).toBe(401);
  const change = { stream_id: id, events_requested: [`${RISC}/account-enabled`, 'urn:unknown'] };
  expect((await ask(token, 'PATCH', '/ssf/stream', change)).body['events_delivered']).toEqual([
    `${RISC}/account-enabled`,
  ]);
  expect((await ask(token, 'DELETE', `/ssf/stream?stream_id=${id}`)).status).toBe(204);
  expect((await ask(reads, 'GET', '/ssf/stream')).body).toEqual([]);
});

test.each(['http://169.254.169.254/latest', 'http://127.0.0.1:1/', 'file:///etc/passwd', 'https://example.org/'])(
  'SSRF: no push to %s, which nobody registered for the application',
  async (endpoint_url) => {
    const delivery = { method: PUSH, endpoint_url };
    expect((await ask(await tokenOf('shop'), 'POST', '/ssf/stream', { delivery })).status).toBe(400);
  },
);
