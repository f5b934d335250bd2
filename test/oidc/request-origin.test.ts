import { request as httpRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adoptOrigin, clientIp } from '../../src/oidc/request-origin.ts';
import { account } from './support/memory.ts';
import { request as authorization } from './support/sign-in.ts';
import { World } from './support/world.ts';

function message(
  url: string,
  headers: Record<string, string> = {},
  remote = '192.0.2.9',
): IncomingMessage & { originalUrl?: string } {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remote });
  return Object.assign(new IncomingMessage(socket), { url, headers });
}

describe('adoptOrigin', () => {
  const issuer = new URL('https://id.example.test/sso');

  test('host and scheme are the issuer, forged headers are gone', () => {
    const names = ['forwarded', 'x-forwarded-host', 'x-forwarded-port', 'x-original-url', 'x-real-ip'];
    const forged = Object.fromEntries(names.map((name) => [name, 'evil.example']));
    const req = message('/sso/auth?x=1', { ...forged, host: 'evil.example', 'x-forwarded-proto': 'http' });
    expect(adoptOrigin(req, { issuer, trustProxy: 0 })).toEqual({ ip: '192.0.2.9', below: true });
    const headers = { host: 'id.example.test', 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.9' };
    expect(req.headers).toEqual(headers);
    expect([req.url, req.originalUrl]).toEqual(['/auth?x=1', '/sso/auth?x=1']);
  });

  test.each([
    ['/sso', '/'],
    ['/sso?a', '/?a'],
    ['/sso/', '/'],
    ['http://evil.example/sso/auth?x', '/auth?x'],
    ['HTTPS://evil.example/sso/auth', '/auth'],
    ['//evil.example/sso', undefined],
    ['/ssoauth', undefined],
    ['/auth', undefined],
    ['*', undefined],
    ['evil', undefined],
    ['http://[', undefined],
  ])('%s below the issuer: %s', (url, inside) => {
    const req = message(url);
    expect(adoptOrigin(req, { issuer, trustProxy: 0 }).below).toBe(inside !== undefined);
    expect(inside === undefined ? undefined : req.url).toBe(inside);
  });
});

const ip = (hops: number, forwarded?: string, remote?: string) =>
  clientIp(message('/', forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, remote), hops);

describe('clientIp', () => {
  test.each([
    [0, '198.51.100.1', '192.0.2.9'],
    [1, undefined, '192.0.2.9'],
    [1, '198.51.100.1', '198.51.100.1'],
    [1, 'forged, 198.51.100.1', '198.51.100.1'],
    [2, '203.0.113.5, 198.51.100.1', '203.0.113.5'],
    [2, '1.1.1.1, 203.0.113.5, 198.51.100.1', '203.0.113.5'],
    [2, '198.51.100.1', '192.0.2.9'],
    [1, 'not an address', '192.0.2.9'],
    [1, '198.51.100.1:4711', '198.51.100.1'],
    [1, '[2001:db8::1]:4711', '2001:db8::1'],
    [1, '::ffff:198.51.100.1', '198.51.100.1'],
  ])('%d hops, %s: %s', (hops, forwarded, expected) => expect(ip(hops, forwarded)).toBe(expected));

  test('an IPv4 connection on an IPv6 socket', () => expect(ip(0, undefined, '::ffff:192.0.2.9')).toBe('192.0.2.9'));
});

describe.each(['', '/sso'])('A8: the Host header makes no link (issuer path "%s")', (path) => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ path });
    world.accounts.all.set('ada', account('ada'));
  });
  afterAll(() => world.close());

  const FORGED = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    forwarded: 'host=evil.example;proto=https',
  };

  /** Node's own client, which sends the request line and the Host header that it is given. */
  async function ask(target: string): Promise<{ headers: IncomingMessage['headers']; body: string }> {
    const { hostname, port } = new URL(world.issuer);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest({ hostname, port, path: target, headers: { ...FORGED, accept: 'text/html' } }, resolve)
        .on('error', reject)
        .end();
    });
    return { headers: response.headers, body: await text(response) };
  }

  test.each(['', 'http://evil.example'])(
    'in discovery, for a request line that begins with "%s"',
    async (authority) => {
      const { body } = await ask(`${authority}${path}/.well-known/openid-configuration`);
      expect(body).not.toContain('evil');
      expect(JSON.parse(body)).toMatchObject({ issuer: world.issuer, token_endpoint: `${world.issuer}/token` });
    },
  );

  test.each(['', 'http://evil.example'])('in the way to the sign-in page and back, for "%s"', async (authority) => {
    const { url } = await authorization(await world.client());
    const { headers } = await ask(`${authority}${url.pathname}${url.search}`);
    expect(headers.location).toMatch(new RegExp(`^${world.issuer}/sign-in/[\\w-]+$`));
    const uid = headers.location?.split('/').at(-1) ?? '';
    const stored = await world.records.find('Interaction', uid);
    expect(stored?.['returnTo']).toBe(`${world.issuer}/auth/${uid}`);
    expect(JSON.stringify(headers)).not.toContain('evil');
  });
});
