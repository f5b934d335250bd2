import { describe, expect, test } from 'vitest';
import { jsonOf, useRegain } from './regain.ts';

const { here } = useRegain();
const LEDGER = 'https://ledger.example/';

describe('api', () => {
  test('is added, listed, edited and removed; the log says so', async () => {
    const scopes = ['--scope', 'read', 'write'];
    const more = ['--name', 'Ledger', ...scopes, '--minimum-acr', 'urn:regain:acr:2', '--token-format', 'opaque'];
    const added = jsonOf(await here(['api', 'add', LEDGER, ...more, '--json']));
    expect(added).toMatchObject({ identifier: LEDGER });
    const list = async () => jsonOf(await here(['api', 'list', '--json']))['apis'];
    const ledger = { identifier: LEDGER, name: 'Ledger', organization: 'default', clients: [] };
    expect(await list()).toMatchObject([
      { ...ledger, scopes: ['read', 'write'], token_format: 'opaque', minimum_acr: 'urn:regain:acr:2' },
    ]);
    await here(['api', 'edit', LEDGER, '--scope', 'read', '--minimum-acr', 'none', '--token-format', 'jwt']);
    expect(await list()).toMatchObject([{ ...ledger, scopes: ['read'], token_format: 'jwt', minimum_acr: null }]);
    expect(jsonOf(await here(['api', 'remove', LEDGER, '--json']))).toEqual({ identifier: LEDGER, removed: true });
    expect(await list()).toEqual([]);
    const audit = (await here(['audit'])).stdout;
    for (const kind of ['api.added', 'api.changed', 'api.removed']) expect(audit).toContain(kind);
  });

  test.each([
    ['not an identifier', ['api', 'add', 'ledger', '--name', 'L'], 'takes an absolute URI'],
    ['a fragment', ['api', 'add', 'https://l.example/#x', '--name', 'L'], 'takes an absolute URI'],
    [
      'a scope of OpenID Connect',
      ['api', 'add', 'https://l.example/', '--name', 'L', '--scope', 'openid'],
      '--scope is openid',
    ],
    ['a scope with a quote', ['api', 'add', 'https://l.example/', '--name', 'L', '--scope', 'a"b'], '--scope is'],
    ['an unknown application', ['api', 'add', 'https://l.example/', '--name', 'L', '--client', 'x'], '--client is x'],
    ['an unknown API', ['api', 'remove', 'https://l.example/'], 'there is no API'],
  ])('%s is refused in one line', async (_what, command, line) => {
    const ran = await here(command);
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toContain(line);
  });

  test('an identifier is taken once', async () => {
    await here(['api', 'add', 'urn:example:api', '--name', 'One']);
    const again = await here(['api', 'add', 'urn:example:api', '--name', 'Two']);
    expect(again.stderr).toContain('there is an API "urn:example:api" already');
  });
});
