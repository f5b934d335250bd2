import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { beforeAll, expect, test, vi } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { createClient } from '../../../src/flows/administration/create-client.ts';
import type { Browser } from '../recovery/browser.ts';
import { useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();
let desk: Browser;
beforeAll(async () => {
  await world().policy(PRESETS['password-sms']);
  desk = world().browser();
  await openAdmin(world(), desk, await staff(world(), 'admin'));
});

const API = 'https://ledger.example.test/';

test('an API that was registered in the page has tokens of its own, until it is removed', async () => {
  const typed = { identifier: API, name: 'Ledger', scopes: 'read\nwrite', applications: '', token_format: 'jwt' };
  const wrong = await desk.press(await desk.open('/admin/apis/new'), undefined, { ...typed, scopes: 'openid' });
  expect([wrong.status, wrong.alert]).toEqual([422, expect.stringContaining('“openid” cannot be a scope')]);
  const listed = await desk.press(wrong, undefined, typed);
  expect([listed.path, listed.text.includes(API)]).toEqual(['/admin/apis', true]);

  const made = await createClient(world().running.context.administration, {
    name: 'Robot',
    organizationId: 'default',
    redirectUris: [],
    postLogoutRedirectUris: [],
    grants: ['client_credentials'],
    kind: 'secret',
  });
  if (made.outcome !== 'created') throw new Error(made.outcome);
  const robot = await world().relyingParty(made.clientId, made.clientSecret);
  const ask = () => oidc.clientCredentialsGrant(robot.config, { resource: API, scope: 'read' });
  const claims = await vi.waitFor(async () => decodeJwt((await ask()).access_token), { timeout: 5_000, interval: 20 });
  expect(claims).toMatchObject({ aud: API, scope: 'read', sub: made.clientId });

  const link = listed.links.find(({ href }) => /\/admin\/apis\/[0-9a-f-]{36}$/.test(href))?.href ?? '';
  const [first, second] = [await desk.open(link), await desk.open(link)];
  expect(first.formWith().fields).toMatchObject({ name: 'Ledger', scopes: 'read\nwrite' });
  expect((await desk.press(first, undefined, { name: 'Books' })).path).toBe('/admin/apis');
  const late = await desk.press(second, undefined, { name: 'Accounts' });
  expect([late.status, late.formWith().fields['name']]).toEqual([409, 'Accounts']);

  const removal = await desk.open(`${link}/remove`);
  expect(removal.text).toContain('Applications get no more tokens for Books');
  expect((await desk.press(removal)).text).toContain('Books was removed.');
  await vi.waitFor(() => expect(ask()).rejects.toMatchObject({ error: 'invalid_target' }), {
    timeout: 5_000,
    interval: 20,
  });
});
