import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createPasskeys } from '../../src/crypto/passkeys.ts';
import type { PasskeyCredential } from '../../src/flows/ports.ts';
import { type Ceremony, createSoftwareAuthenticator } from '../support/software-authenticator.ts';

const passkeys = createPasskeys({ issuer: new URL('https://login.example.ch/realm'), rpName: 'Regain' });
const challenge = 'a-random-token-of-43-characters-0123456789_';
/** The challenge as the browser gets it: what the options carry. */
const sent = Buffer.from(challenge).toString('base64url');
const good = { challenge: sent, origin: 'https://login.example.ch', rpId: 'login.example.ch' };
const accountId = randomUUID();

const registrationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ alg: z.number() })),
  timeout: z.number(),
  attestation: z.string(),
  excludeCredentials: z.array(z.object({ id: z.string(), transports: z.array(z.string()) })),
  authenticatorSelection: z.object({ residentKey: z.string(), userVerification: z.string() }),
});
const authenticationOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.number(),
  userVerification: z.string(),
  allowCredentials: z.array(z.object({ id: z.string(), transports: z.array(z.string()) })),
});

/** An authenticator, and its passkey as it would stand in the database. */
async function registered(counter = 0) {
  const authenticator = createSoftwareAuthenticator();
  const held = await passkeys.verifyRegistration(authenticator.register({ ...good, counter }), challenge);
  if (!held) throw new Error('the registration does not hold');
  const credential: PasskeyCredential = {
    ...held,
    id: randomUUID(),
    kind: 'passkey',
    state: 'active',
    label: 'Passkey',
    createdAt: 0,
    lastUsedAt: null,
    unsettledUntil: null,
    failures: 0,
    lostAt: null,
    addedFrom: null,
  };
  return { authenticator, credential };
}

async function options() {
  const { credential } = await registered();
  const input = { challenge, accountId, username: 'alice', displayName: 'Alice Example', exclude: [credential] };
  return { credential, made: registrationOptions.parse(await passkeys.registrationOptions(input)) };
}

// From before the first ceremony, because Node gives each of its warnings only once.
const warnings: Error[] = [];
process.on('warning', (warning) => warnings.push(warning));

describe('registration', () => {
  test('options: RP, algorithms, five minutes, no attestation, and nothing about the person in user.id', async () => {
    const { credential, made } = await options();
    expect(made).toEqual({
      challenge: sent,
      rp: { id: 'login.example.ch', name: 'Regain' },
      user: { id: expect.stringMatching(/^[\w-]{43}$/), name: 'alice', displayName: 'Alice Example' },
      pubKeyCredParams: [{ alg: -8 }, { alg: -7 }, { alg: -257 }],
      timeout: 300_000,
      attestation: 'none',
      excludeCredentials: [{ id: credential.webauthnId, transports: ['internal', 'hybrid'] }],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    });
    expect(Buffer.from(made.user.id, 'base64url').toString('latin1')).not.toContain(accountId);
    // The same each time, so that an authenticator replaces its passkey rather than keep two.
    expect((await options()).made.user.id).toBe(made.user.id);
  });

  test('a good one', async () => {
    const authenticator = createSoftwareAuthenticator();
    const held = await passkeys.verifyRegistration(authenticator.register({ ...good, counter: 7 }), challenge);
    expect(held).toEqual({
      webauthnId: authenticator.id,
      publicKey: expect.any(Buffer),
      signCount: 7,
      transports: ['internal', 'hybrid'],
      synced: false,
    });
  });

  test('one that may be synchronised says so; one without user verification holds', async () => {
    const response = createSoftwareAuthenticator().register({ ...good, be: true, uv: false });
    expect(await passkeys.verifyRegistration(response, challenge)).toMatchObject({ synced: true });
  });

  test.each<[string, Partial<Ceremony>]>([
    ['another challenge', { challenge: Buffer.from('other').toString('base64url') }],
    ['another origin', { origin: 'https://login.example.ch.evil.example' }],
    ['the same host on another port', { origin: 'https://login.example.ch:8443' }],
    ['the same host without TLS', { origin: 'http://login.example.ch' }],
    ['another RP id', { rpId: 'example.ch' }],
    ['no user present', { up: false }],
    ['the other ceremony', { type: 'webauthn.get' }],
    ["somebody else's frame", { crossOrigin: true }],
  ])('A25 refused: %s', async (_, wrong) => {
    const response = createSoftwareAuthenticator().register({ ...good, ...wrong });
    expect(await passkeys.verifyRegistration(response, challenge)).toBeUndefined();
  });

  test('what it says about its make is neither believed nor looked at', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    const attStmt = new Map([['x5c', [Buffer.from('no certificate')]]]);
    const formats = ['packed', 'android-key', 'tpm', 'apple', 'from-the-future'];
    const responses = formats.map((fmt) => createSoftwareAuthenticator().register(good, { fmt, attStmt }));
    const held = await Promise.all(responses.map((given) => passkeys.verifyRegistration(given, challenge)));
    expect(held).not.toContain(undefined);
    expect(fetched).not.toHaveBeenCalled();
  });
});

describe('authentication', () => {
  test('options: the passkeys of the account, or any with the user verified', async () => {
    const { credential } = await registered();
    const beside = await passkeys.authenticationOptions({ challenge, allow: [credential] });
    expect(authenticationOptions.parse(beside)).toEqual({
      challenge: sent,
      rpId: 'login.example.ch',
      timeout: 300_000,
      userVerification: 'preferred',
      allowCredentials: [{ id: credential.webauthnId, transports: ['internal', 'hybrid'] }],
    });
    const alone = await passkeys.authenticationOptions({ challenge, allow: [] });
    expect(alone).toMatchObject({ userVerification: 'required', allowCredentials: [] });
  });

  test('a good one, with and without the user verified', async () => {
    const { authenticator, credential } = await registered();
    const verify = (response: object) => passkeys.verifyAuthentication(response, challenge, credential, accountId);
    expect(await verify(authenticator.assert(good))).toEqual({ signCount: 0, userVerified: true });
    expect(await verify(authenticator.assert({ ...good, uv: false }))).toEqual({ signCount: 0, userVerified: false });
  });

  test.each<[string, Partial<Ceremony> & { tamper?: boolean }]>([
    ['another challenge', { challenge: Buffer.from('other').toString('base64url') }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another RP id', { rpId: 'evil.example' }],
    ['no user present', { up: false }],
    ['the user-verified flag set afterwards', { uv: false, tamper: true }],
    ['the other ceremony', { type: 'webauthn.create' }],
    ["somebody else's frame", { crossOrigin: true }],
  ])('A25 refused: %s', async (_, wrong) => {
    const { authenticator, credential } = await registered();
    const response = authenticator.assert({ ...good, ...wrong });
    expect(await passkeys.verifyAuthentication(response, challenge, credential, accountId)).toBeUndefined();
  });

  test('A25 a counter that goes back or stands still is refused', async () => {
    const { authenticator, credential } = await registered(5);
    const withCounter = (counter: number) =>
      passkeys.verifyAuthentication(authenticator.assert({ ...good, counter }), challenge, credential, accountId);
    expect(await withCounter(6)).toMatchObject({ signCount: 6 });
    expect(await withCounter(5)).toBeUndefined();
    expect(await withCounter(4)).toBeUndefined();
    expect(await withCounter(0)).toBeUndefined();
  });

  test("A25 another passkey's signature is refused", async () => {
    const { credential } = await registered();
    const { authenticator: other } = await registered();
    const response = { ...other.assert(good), id: credential.webauthnId, rawId: credential.webauthnId };
    expect(await passkeys.verifyAuthentication(response, challenge, credential, accountId)).toBeUndefined();
    expect(await passkeys.verifyAuthentication(other.assert(good), challenge, credential, accountId)).toBeUndefined();
  });

  test('a right signature under the name of another passkey is refused, here and at registration', async () => {
    const { authenticator, credential } = await registered();
    const renamed = { id: 'AAAA', rawId: 'AAAA' };
    const asserted = { ...authenticator.assert(good), ...renamed };
    expect(await passkeys.verifyAuthentication(asserted, challenge, credential, accountId)).toBeUndefined();
    const made = { ...authenticator.register(good), ...renamed };
    expect(await passkeys.verifyRegistration(made, challenge)).toBeUndefined();
  });

  test("the user handle is the account's, or absent", async () => {
    const { authenticator, credential } = await registered();
    const withHandle = (userHandle: string, owner: string) =>
      passkeys.verifyAuthentication(authenticator.assert({ ...good, userHandle }), challenge, credential, owner);
    const { made } = await options();
    expect(await withHandle(made.user.id, accountId)).toBeDefined();
    expect(await withHandle(made.user.id, randomUUID())).toBeUndefined();
    expect(await withHandle(Buffer.from('mallory').toString('base64url'), accountId)).toBeUndefined();
  });
});

test('the claimed id is what a well-formed response says', async () => {
  const { authenticator } = await registered();
  expect(passkeys.claimedId(authenticator.assert(good))).toBe(authenticator.id);
  expect(passkeys.claimedId(authenticator.register(good))).toBeUndefined();
});

const response = { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA', attestationObject: 'oA' };
test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['text', '{"id":"x"}'],
  ['a list', []],
  ['no response', { id: 'AAAA', rawId: 'AAAA', type: 'public-key' }],
  ['an id that is no base64url', { id: '../..', rawId: '../..', type: 'public-key', response }],
  ['two ids', { id: 'AAAA', rawId: 'BBBB', type: 'public-key', clientExtensionResults: {}, response }],
  ['numbers', { id: 1, rawId: 1, type: 'public-key', response }],
  [
    'client data that is no JSON',
    { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { ...response, clientDataJSON: 'AAAA' } },
  ],
  [
    'client data null',
    { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { ...response, clientDataJSON: 'bnVsbA' } },
  ],
  [
    'broken CBOR',
    { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { ...response, attestationObject: '____' } },
  ],
  [
    '1 MB',
    { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { ...response, clientDataJSON: 'A'.repeat(1e6) } },
  ],
])('a response that is %s is refused, never thrown at the caller', async (_, malformed) => {
  const { credential } = await registered();
  expect(await passkeys.verifyRegistration(malformed, challenge)).toBeUndefined();
  expect(await passkeys.verifyAuthentication(malformed, challenge, credential, accountId)).toBeUndefined();
  expect(() => passkeys.claimedId(malformed)).not.toThrow();
});

test('none of this put a warning on the console', () => {
  expect(warnings).toEqual([]);
});
