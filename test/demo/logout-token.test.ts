import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLogoutToken } from '../../src/demo/logout-token.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const SECONDS = NOW / 1000;
const ISSUER = 'https://id.example.org';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let server: Server;
let jwksUri: string;
beforeAll(async () => {
  const keys = [
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'ec', alg: 'ES256', use: 'sig' },
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa', alg: 'RS256', use: 'sig' },
  ];
  server = createServer((_request, response) => response.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  jwksUri = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/jwks`;
});
afterAll(() => {
  server.close();
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const good = {
  iss: ISSUER,
  aud: 'demo',
  iat: SECONDS,
  exp: SECONDS + 120,
  jti: 'j',
  sub: 'alice',
  sid: 's1',
  events: { [EVENT]: {} },
};

function token(
  claims: object,
  header: object = { alg: 'ES256', kid: 'ec', typ: 'logout+jwt' },
  key: KeyObject = ec.privateKey,
) {
  const input = `${part(header)}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

const read = (text: string) => readLogoutToken(text, { issuer: ISSUER, clientId: 'demo', jwksUri, now: NOW });

test('a token of the issuer is read, with either algorithm', async () => {
  expect(await read(token(good))).toEqual({ sub: 'alice', sid: 's1' });
  const rs256 = token({ ...good, aud: ['other', 'demo'] }, { alg: 'RS256', kid: 'rsa', typ: 'JWT' }, rsa.privateKey);
  expect(await read(rs256)).toEqual({ sub: 'alice', sid: 's1' });
});

test.each([
  ['another issuer', { ...good, iss: 'https://evil.example' }],
  ['another client', { ...good, aud: 'other' }],
  ['too old', { ...good, exp: SECONDS - 61 }],
  ['from the future', { ...good, iat: SECONDS + 61 }],
  ['no time', { ...good, exp: undefined }],
  ['no event', { ...good, events: {} }],
  ['another event', { ...good, events: { 'urn:other': {} } }],
  ['a nonce: an ID token, not a logout token', { ...good, nonce: 'n' }],
  ['nobody', { ...good, sub: undefined, sid: undefined }],
])('refused: %s', async (_why, claims) => {
  expect(await read(token(claims))).toBeUndefined();
});

test('refused: signed by another key, by none, by the public key as a secret, with the wrong algorithm, or not a token', async () => {
  const withPublicKey = `${part({ alg: 'HS256', kid: 'ec' })}.${part(good)}`;
  const secret = ec.publicKey.export({ type: 'spki', format: 'pem' });
  const bad = [
    token(good, undefined, stranger.privateKey),
    token(good, { alg: 'ES256', kid: 'unknown' }),
    token(good, { alg: 'ES256' }),
    token(good, { alg: 'RS256', kid: 'ec' }),
    token(good, { alg: 'ES256', kid: 'ec', typ: 'at+jwt' }),
    `${part({ alg: 'none', kid: 'ec' })}.${part(good)}.`,
    `${withPublicKey}.${createHmac('sha256', secret).update(withPublicKey).digest('base64url')}`,
    `${token(good)}.x`,
    token(good).replace(part(good), part({ ...good, sub: 'bob' })),
    'a.b.c',
    '',
  ];
  expect(await Promise.all(bad.map(read))).toEqual(bad.map(() => undefined));
});
