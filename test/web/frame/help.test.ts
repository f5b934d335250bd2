import { afterAll, beforeAll, expect, test } from 'vitest';
import { FOOTER_PAGES, TOPICS } from '../../../src/web/pages/help/topics.ts';
import { startApp, type TestApp } from './app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const heading = (html = '') => /<h1>(.*?)<\/h1>/.exec(html)?.[1];

const PATHS = ['/help', '/support', ...TOPICS.map(({ path }) => path), ...FOOTER_PAGES.map(({ path }) => path)];

test.each(PATHS)('%s answers in both languages, with one heading and no dead end', async (path) => {
  const [en, fr] = await Promise.all(
    ['en', 'fr'].map(async (language) => (await app.get(path, { 'accept-language': language })).text()),
  );
  for (const html of [en, fr]) expect(html?.match(/<h1>/g)).toHaveLength(1);
  expect(en).toContain(`<title>${heading(en)} – Regain</title>`);
  expect(fr).toContain('<html lang="fr">');
  const links = [...(en ?? '').matchAll(/href="(\/[^"]*)"/g)].map((match) => match[1] ?? '');
  const own = links.filter((link) => link !== '/lost-credentials');
  const answers = await Promise.all(own.map(async (link) => [link, (await app.get(link)).status] as const));
  expect(answers.filter(([, status]) => status >= 400)).toEqual([]);
});

test('the bare address leads somewhere', async () => {
  const response = await app.get('/');
  expect([response.status, response.headers.get('location')]).toEqual([303, '/help']);
});
