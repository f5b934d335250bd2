import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decode } from './support/jwt.ts';
import { account } from './support/memory.ts';
import { arrive, request } from './support/sign-in.ts';
import { CALLBACK, SECRET, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
  world.accounts.all.set('ada', account('ada'));
});
afterAll(() => world.close());

const kidOf = (token: string | undefined) => decode(token).header['kid'];

test('new keys sign at once; sessions, grants, codes and refresh tokens go on', async () => {
  const config = await world.client();
  const browser = world.browser();
  const offline = { scope: 'openid offline_access', prompt: 'consent' };
  const before = await (await arrive(world, browser, config, offline)).tokens();
  const pending = await arrive(world, world.browser(), config, offline);
  expect(kidOf(before.id_token)).toBe('rsa-1');

  await world.keys.rotate();
  await world.engine.refresh();

  const published = JSON.parse(await (await fetch(`${world.issuer}/jwks`)).text());
  expect(published.keys.map((key: { kid: string }) => key.kid)).toEqual(['ec-2', 'rsa-2', 'ec-1', 'rsa-1']);
  expect(JSON.stringify(published)).not.toMatch(/"(d|p|q|dp|dq|qi)":/);

  const silent = await request(config, { prompt: 'none', id_token_hint: before.id_token ?? '' });
  const stop = await browser.go(silent.url);
  expect(stop.url.searchParams.has('code')).toBe(true);
  expect(kidOf((await oidc.refreshTokenGrant(config, before.refresh_token ?? '')).id_token)).toBe('rsa-2');
  expect(kidOf((await pending.tokens()).id_token)).toBe('rsa-2');
});

test('an application may have its ID tokens by ES256', async () => {
  const metadata = { redirect_uris: [CALLBACK], id_token_signed_response_alg: 'ES256' };
  world.clients.add('es', SECRET, metadata);
  const config = await world.client('es', SECRET, metadata);
  const { tokens } = await arrive(world, world.browser(), config);
  expect(kidOf((await tokens()).id_token)).toMatch(/^ec-/);
});

test.each(['HS256', 'none'])('never by %s', async (alg) => {
  world.clients.add('weak', SECRET, { redirect_uris: [CALLBACK], id_token_signed_response_alg: alg });
  const url = `${world.issuer}/auth?${new URLSearchParams({ client_id: 'weak', response_type: 'code', scope: 'openid' }).toString()}`;
  const stop = await world.browser().go(url);
  expect(JSON.parse(stop.body)).toMatchObject({ page: 'error', error: 'invalid_client_metadata' });
});
