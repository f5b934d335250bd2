import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from './app.ts';

let app: TestApp;
let addresses: string[];
beforeAll(async () => {
  app = await startApp();
  const html = await (await app.get('/help')).text();
  addresses = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
});
afterAll(() => app.stop());

/** As it comes over the wire; fetch would unpack it. */
function fetchPacked(path: string, headers: Record<string, string>): Promise<{ encoding: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(app.origin + path, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ encoding: response.headers['content-encoding'] ?? 'none', body: Buffer.concat(chunks) });
      });
    })
      .on('error', reject)
      .end();
  });
}

test('under the version that pages ask for they may be kept for ever', async () => {
  expect(addresses.length).toBeGreaterThanOrEqual(3);
  for (const address of [...addresses, addresses[0]?.replace(/[^/]+\?/, 'simplewebauthn-browser.js?') ?? '']) {
    const response = await app.get(address);
    expect([address, response.status]).toEqual([address, 200]);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  }
});

test('under another version they are asked for anew, and 304 when nothing changed', async () => {
  const first = await app.get('/assets/regain.css?v=older');
  expect(first.headers.get('cache-control')).toBe('no-cache');
  const again = await app.get('/assets/regain.css?v=older', { 'if-none-match': first.headers.get('etag') ?? '' });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

describe('packed as the browser takes it', () => {
  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['gzip', 'gzip'],
    ['deflate', 'none'],
    ['', 'none'],
    ['gzip;q=0.0', 'none'],
  ])('Accept-Encoding: %s → %s', async (accepted, encoding) => {
    const plain = await (await app.get('/assets/comfort.js')).text();
    const packed = await fetchPacked('/assets/comfort.js', { 'accept-encoding': accepted });
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync, none: (body: Buffer) => body }[encoding];
    expect(packed.encoding).toBe(encoding);
    expect(unpack?.(packed.body).toString()).toBe(plain);
  });
});

test('a first visit loads no more than 30 KB', async () => {
  const page = Buffer.byteLength(await (await app.get('/help')).text());
  const files = await Promise.all(addresses.map((path) => fetchPacked(path, { 'accept-encoding': 'br' })));
  expect(page + files.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThan(30_000);
});

test.each(['/assets/', '/assets/../package.json', '/assets/%2e%2e%2fpackage.json', '/assets/constructor', '/assets/x'])(
  '%s is not there',
  async (path) => {
    const answer = await app.raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (404|418) /);
  },
);
