import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Busy } from '../../../src/flows/ports.ts';
import { refuse, render } from '../../../src/web/frame/answer.ts';
import { page } from '../../../src/web/frame/page.ts';
import { startApp, type TestApp } from './app.ts';
import { openBrowser, referenceIn } from './browser.ts';
import { formPage } from './form-page.ts';

const SECRET = 'hunter2-in-the-message';

const failing = (path: string, error: () => unknown) =>
  page(path, {
    get: () => {
      throw error();
    },
  });

const databaseError = (code: string) => Object.assign(new Error('terminating connection'), { code });
const AWAY: Record<string, () => Error> = {
  refused: () => new AggregateError([databaseError('ECONNREFUSED'), databaseError('ECONNREFUSED')], ''),
  'shutting down': () => databaseError('57P01'),
  starting: () => databaseError('57P03'),
  'out of connections': () => databaseError('53300'),
  'cut off': () => new Error('Connection terminated unexpectedly'),
  'never answering': () => new Error('timeout exceeded when trying to connect'),
  'behind another error': () => new Error('loading failed', { cause: databaseError('08006') }),
};

let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    pages: [
      formPage(),
      failing('/fault', () => new Error(SECRET)),
      failing('/odd', () => 'a text'),
      failing('/busy', () => new Busy(7)),
      failing('/exists', () => Object.assign(new Error('duplicate key'), { code: '23505' })),
      ...Object.entries(AWAY).map(([name, error]) => failing(`/away/${name.replaceAll(' ', '-')}`, error)),
      page('/no-view', { get: () => render('test/none', 'None') }),
      page('/gone', { get: () => refuse('no-longer-open') }),
      page('/slow-down', { get: () => refuse('too-many', 30) }),
      page('/post-only', { post: () => refuse('not-allowed') }),
    ],
  });
});
afterAll(() => app.stop());

describe.each([
  ['en', 'Something went wrong on our side', 'Error: '],
  ['fr', 'Une erreur s’est produite de notre côté', 'Erreur\u00a0: '],
])('a fault, in %s', (language, title, prefix) => {
  test.each(['/fault', '/odd', '/exists', '/no-view'])(
    '%s: 500, a reference that is in the log, no stack',
    async (path) => {
      const response = await app.get(path, { 'accept-language': language });
      const html = await response.text();
      expect(response.status).toBe(500);
      expect(html).toContain(`<title>${prefix}${title} – Regain</title>`);
      expect(html).toContain('role="alert"');
      expect(html).not.toMatch(/hunter2|\.ts|node_modules|duplicate key|no view/);
      const line = app
        .log()
        .split('\n')
        .find((entry) => entry.includes(referenceIn(html)));
      expect(JSON.parse(line ?? '{}')).toMatchObject({
        level: 'error',
        problem: 'fault',
        reference: referenceIn(html),
      });
      expect(response.headers.get('x-request-id')).toBe(referenceIn(html));
    },
  );
});

test('a client that wants JSON gets JSON: error, error_description, reference', async () => {
  const response = await app.get('/fault', { accept: 'application/json' });
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(text).not.toMatch(/hunter2|\.ts/);
  expect(JSON.parse(text)).toEqual({
    error: 'server_error',
    error_description: expect.stringContaining('You did nothing wrong'),
    reference: response.headers.get('x-request-id'),
  });
  for (const accept of ['text/html,application/xhtml+xml,*/*;q=0.8', '*/*', 'image/png']) {
    expect((await app.get('/fault', { accept })).headers.get('content-type')).toMatch(/^text\/html/);
  }
});

describe('a moment’s wait', () => {
  test('A33 too many passwords at once: 503 with Retry-After', async () => {
    const response = await app.get('/busy');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.text()).toContain('Many people are signing in right now');
  });

  test.each(Object.keys(AWAY))('the database is %s: 503, nothing lost, try again', async (name) => {
    const response = await app.get(`/away/${name.replaceAll(' ', '-')}`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.text()).toContain('Nothing was lost. Try again in a moment.');
  });

  test('pages that need nothing of the database keep answering without it', async () => {
    const alone = await startApp({ away: AWAY['refused'] ?? (() => undefined) });
    try {
      expect((await alone.get('/help')).status).toBe(200);
      expect((await alone.get('/assets/none')).status).toBe(404);
    } finally {
      await alone.stop();
    }
  });

  test('too many tries: 429 with Retry-After', async () => {
    const response = await app.get('/slow-down');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('30');
  });
});

describe('what a page or its address refuses', () => {
  test.each([
    ['en', 'This page does not exist'],
    ['fr', 'Cette page n’existe pas'],
  ])('404 in %s', async (language, title) => {
    const response = await app.get('/assets/none', { 'accept-language': language });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain(`<h1>${title}</h1>`);
  });

  test('what is over: 410, and how to go on', async () => {
    const response = await app.get('/gone');
    expect(response.status).toBe(410);
    expect(await response.text()).toContain('Go back to the application and start again.');
  });

  test('another method: 405 with Allow', async () => {
    const post = await openBrowser(app).post('/help', 'a=b');
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const get = await app.get('/post-only');
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await fetch(`${app.origin}/form`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    }
  });

  test('a refusal is no fault: nothing in the log above debug but the request', async () => {
    const html = await (await app.get('/gone')).text();
    const lines = app
      .log()
      .split('\n')
      .filter((entry) => entry.includes(referenceIn(html)));
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['request']);
  });
});

describe('A6 the log', () => {
  test('has patterns of paths, and neither queries nor form fields nor cookies', async () => {
    const browser = openBrowser(app);
    const token = await browser.tokenFrom('/form?said=query-secret');
    await browser.post('/form', { name: 'field-secret', _csrf: token });
    await browser.post('/form', { name: 'field-secret'.repeat(50), _csrf: token });
    await browser.get('/auth/V1StGXR8-path-secret?x=query-secret', { authorization: 'Bearer header-secret' });
    await browser.get('/fault?said=query-secret');
    const seed = browser.cookies.get('regain_form') ?? 'none';
    const secrets = ['query-secret', 'field-secret', 'path-secret', 'header-secret', seed, token];
    expect(secrets.filter((secret) => app.log().includes(secret))).toEqual([]);
    expect(app.log()).toContain('"path":"/auth/:x"');
    expect(app.log()).toContain('"path":"/form"');
  });
});
