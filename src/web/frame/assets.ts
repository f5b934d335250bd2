import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** One file, in memory, as it is and compressed. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
}

export interface Assets {
  find(name: string): Asset | undefined;
  /** Of all contents together: pages put it into the addresses, so that an address never changes what it holds. */
  readonly version: string;
}

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
const FOLDER = new URL('../../../views/assets/', import.meta.url);
const PASSKEY_LIBRARY = new URL('../dist/bundle/index.umd.min.js', import.meta.resolve('@simplewebauthn/browser'));

/** Reads and compresses what pages load: everything in views/assets, and the browser bundle of @simplewebauthn/browser. */
export function loadAssets(): Assets {
  const names = readdirSync(FOLDER).filter((name) => typeOf(name));
  const files = new Map(names.toSorted().map((name) => [name, assetOf(name, readFileSync(new URL(name, FOLDER)))]));
  files.set('simplewebauthn-browser.js', assetOf('x.js', readFileSync(PASSKEY_LIBRARY)));
  const version = digest(Buffer.from([...files].map(([name, file]) => `${name} ${file.etag}`).join('\n')));
  return { find: (name) => files.get(name), version };
}

function assetOf(name: string, plain: Buffer): Asset {
  const type = typeOf(name) ?? 'application/octet-stream';
  return { type, etag: digest(plain), plain, br: brotliCompressSync(plain), gzip: gzipSync(plain, { level: 9 }) };
}

const typeOf = (name: string) => TYPES[name.slice(name.lastIndexOf('.') + 1)];
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
