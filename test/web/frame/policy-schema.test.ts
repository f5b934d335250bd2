import { expect, test } from 'vitest';
import { policySchemaPage } from '../../../src/web/pages/policy-schema/policy-schema.ts';
import { startApp } from './app.ts';

test('the JSON Schema of policies is there for editors, in either language', async () => {
  const app = await startApp({ pages: [policySchemaPage] });
  try {
    const [english, french] = [await app.get('/policy.schema.json'), await app.get('/policy.schema.json?locale=fr')];
    expect(english.headers.get('content-type')).toBe('application/schema+json');
    expect([english.status, english.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(await english.json()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Policy of Regain',
      properties: { lifetimes: { properties: { smsCode: { maximum: 600, description: 'A code by SMS.' } } } },
    });
    expect(await french.json()).toMatchObject({ title: 'Politique de Regain' });
  } finally {
    await app.stop();
  }
});
