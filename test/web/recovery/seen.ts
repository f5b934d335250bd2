import type { PageOf } from './page.ts';

export interface Seen {
  readonly status: number;
  readonly path: string;
  readonly headers: string[];
  readonly cookies: string[];
  readonly body: string;
}

/** What an answer tells, without what differs between any two answers: names, nonces, references and seconds that pass. */
export function seen(page: PageOf, name: string): Seen {
  const nonce = /nonce-([^']+)'/.exec(page.headers.get('content-security-policy') ?? '')?.[1] ?? '-';
  const plain = (text: string) =>
    text
      .replaceAll(name, 'NAME')
      .replaceAll(nonce, 'NONCE')
      .replaceAll(/name="_csrf" value="[^"]*"/g, 'CSRF')
      .replaceAll(/R-[0-9A-Z]{4}-[0-9A-Z]{4}/g, 'REFERENCE')
      .replaceAll(/data-wait="\d+"|\d:\d\d\b|\d+ seconds?/g, 'SECONDS')
      .replaceAll(/^retry-after: \d+$/g, 'retry-after: SECONDS');
  const headers = [...page.headers]
    .filter(([key]) => !['date', 'set-cookie', 'content-length'].includes(key))
    .map(([key, value]) => plain(`${key}: ${value}`));
  const cookies = page.headers
    .getSetCookie()
    .map((line) => line.replace(/=[^;]*/, (value) => `=${value.length}`).replace(/expires=[^;]*/, 'expires'));
  return { status: page.status, path: page.path, headers, cookies, body: plain(page.html) };
}
