import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from './app.ts';
import { type Browser, openBrowser, referenceIn } from './browser.ts';
import { formPage } from './form-page.ts';

let app: TestApp;
let browser: Browser;
let token: string;
beforeAll(async () => {
  app = await startApp({ pages: [formPage()] });
});
afterAll(() => app.stop());
beforeEach(async () => {
  browser = openBrowser(app);
  token = await browser.tokenFrom('/form');
});

const refused = async (body: string, headers: Record<string, string> = {}) => {
  const response = await browser.post('/form', body, headers);
  return { status: response.status, page: await response.text() };
};

const sendPacked = (body: Buffer) =>
  fetch(`${app.origin}/form`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
    body: new Uint8Array(body),
  });

describe('A1 bodies that no form of ours sends', () => {
  test.each([
    ['an empty body', () => ''],
    ['a field twice', () => `name=a&name=b&_csrf=${token}`],
    ['the token twice', () => `name=a&_csrf=${token}&_csrf=${token}`],
    ['an array', () => `name[]=a&_csrf=${token}`],
    ['an object', () => `name[admin]=1&_csrf=${token}`],
    ['an array beside the field', () => `name=a&name[]=b&_csrf=${token}`],
    ['NUL in a value', () => `name=a%00b&_csrf=${token}`],
    ['a field missing', () => `_csrf=${token}`],
    ['a field longer than it can be', () => `name=${'a'.repeat(201)}&_csrf=${token}`],
    [
      'a hundred fields more',
      () => `name=a&_csrf=${token}&${Array.from({ length: 100 }, (_, n) => `f${n}=`).join('&')}`,
    ],
  ])('%s: a page with status 400 and a reference number', async (_, body) => {
    const { status, page } = await refused(body());
    expect(status).toBe(400);
    expect(page).toContain('This form could not be read');
    expect(page).toContain('role="alert"');
    expect(app.log()).toContain(referenceIn(page));
  });

  test('more than 64 KB: 413', async () => {
    const { status, page } = await refused(`name=a&_csrf=${token}&x=${'a'.repeat(65_536)}`);
    expect(status).toBe(413);
    expect(page).toContain('That was too long');
  });

  test('a body that is announced as huge is not waited for', async () => {
    const head = 'POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n';
    const begun = performance.now();
    const answer = await app.raw(`${head}Content-Length: 1000000000\r\n\r\n${'a'.repeat(1000)}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test('more than 64 KB once it is unpacked: 413; packed badly: 400', async () => {
    const packed = gzipSync(`name=a&_csrf=${token}&x=${'a'.repeat(10_000_000)}`);
    expect((await sendPacked(packed)).status).toBe(413);
    expect((await sendPacked(Buffer.from('this is not gzip'))).status).toBe(400);
  });

  test.each([
    ['application/json', '{"name":"a"}'],
    ['text/plain', 'name=a'],
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n--x--\r\n'],
  ])('%s: 415, and nothing of it is read', async (type, body) => {
    expect((await refused(body, { 'content-type': type })).status).toBe(415);
  });

  test('no body at all: 400', async () => {
    const answer = await app.raw('POST /form HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('dots, pluses, percent signs and other scripts arrive as they were typed', async () => {
    const name = 'a.b+c%20é 安 & = <b>';
    expect(await (await browser.post('/form', { name, _csrf: token })).json()).toEqual({ name });
  });
});

test('an error of the person keeps what was typed, escaped, in a page with status 422 and its title prefixed', async () => {
  const response = await browser.post('/form', { name: ' ', _csrf: token });
  const page = await response.text();
  expect(response.status).toBe(422);
  expect(page).toContain('<title>Error: A form – Regain</title>');
  expect(page).toMatch(/<a href="#f-name">Enter a name\.<\/a>/);
});

describe('A28 markup and odd characters', () => {
  test('in a query are escaped', async () => {
    const page = await (await browser.get('/form?said=%22%3E%3Cscript%3Ealert(1)%3C/script%3E')).text();
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script&gt;alert(1)');
  });

  test.each(['/form?said=a&said=b', '/form?said=%00', '/form?said=a%0D%0Ab'])('%s is refused: 400', async (path) => {
    expect((await browser.get(path)).status).toBe(400);
  });
});
