import type Koa from 'koa';
import type { Crypto } from '../../flows/ports.ts';
import type { Addresses } from './address.ts';

/**
 * Our cookies, each 256 random bits; the server keeps SHA-256 of them. All end with the browser, the device's excepted.
 * `form`: what CSRF tokens hang on. `sign-in/UID`: the journey in that interaction, sent to its own pages only.
 * `recovery`, `invitation`, `emergency`: the journey begun here. `pairing`: what this phone has claimed by QR code. `device`: an account has
 * fully signed in here before; issued only then.
 */
export type CookieKey = 'form' | 'recovery' | 'invitation' | 'emergency' | 'pairing' | 'device' | `sign-in/${string}`;

/**
 * What the browser carries for us between two parts of a journey, sealed by whoever writes it, for an hour at most. `origin`: the
 * application's sign-in that led here. `link`: the token of an e-mailed link, out of the address bar. `receipt`: what was done. `said`: the
 * same in one line, for the next page of the console. `blocked`: what "It wasn't me" has stopped. `pairing-key`: of the QR code on this
 * screen; `pairing-code`: the digits on this phone's.
 */
export type NoteKey = 'origin' | 'link' | 'receipt' | 'said' | 'blocked' | 'pairing-key' | 'pairing-code';

export interface Cookies {
  /** SHA-256 of what the browser holds; null when it holds nothing that we could have issued. */
  hash(key: CookieKey): Buffer | null;
  /** Gives the browser a new value. Returns its SHA-256, to be stored. */
  issue(key: CookieKey): Buffer;
  /** The same for a step that may be refused: the browser gets the value by `give` only. */
  prepare(key: CookieKey): { readonly hash: Buffer; readonly give: () => void };
  /** Keeps the browser's value for another full life, or issues one. Returns its SHA-256. */
  keep(key: CookieKey): Buffer;
  clear(key: CookieKey | NoteKey): void;
  /** The sealed bytes, not yet opened; undefined when there are none. */
  note(key: NoteKey): Buffer | undefined;
  /** False when they are too long for a browser to keep (RFC 6265, 6.1): then nothing was written. */
  setNote(key: NoteKey, sealed: Buffer): boolean;
}

/** The same with the values themselves, for the frame only. */
export interface CookieJar extends Cookies {
  value(key: CookieKey): string | undefined;
  /** The person's language, a setting rather than a secret. */
  readonly language: string | undefined;
  setLanguage(locale: string): void;
}

const VALUE = /^[\w-]{43}$/;
const DAY = 86_400_000;
const LIVES: Partial<Record<string, number>> = {
  device: 400 * DAY,
  language: 365 * DAY,
  origin: DAY / 24,
  link: DAY / 24,
  receipt: DAY / 24,
  said: DAY / 24,
  blocked: DAY / 24,
  'pairing-key': DAY / 24,
  'pairing-code': DAY / 24,
};
const LONGEST_NOTE = 3_800;

/**
 * The cookies of one request: HttpOnly, SameSite=Lax (e-mailed links come from elsewhere), and on https Secure with `__Host-`, or
 * `__Secure-` where the path is narrower (ASVS 3.3.1–3.3.4; NIST SP 800-63B-4, 5.1.1). The connection is not asked: the issuer decides.
 */
export function cookieJar(
  ctx: Pick<Koa.Context, 'cookies'>,
  addresses: Addresses,
  crypto: Pick<Crypto, 'token' | 'hashToken'>,
): CookieJar {
  const fresh = new Map<string, string | undefined>();
  ctx.cookies.secure = addresses.secure;

  const write = (key: string, value: string | null) => {
    const { name, path } = placeOf(key, addresses);
    const maxAge = LIVES[key];
    ctx.cookies.set(name, value, {
      path,
      httpOnly: true,
      sameSite: 'lax',
      secure: addresses.secure,
      overwrite: true,
      ...(maxAge !== undefined && value !== null && { maxAge }),
    });
  };
  const read = (key: string) => ctx.cookies.get(placeOf(key, addresses).name);
  const value = (key: CookieKey) => {
    if (fresh.has(key)) return fresh.get(key);
    const held = read(key);
    return held && VALUE.test(held) ? held : undefined;
  };
  const give = (key: CookieKey, token: string) => {
    fresh.set(key, token);
    write(key, token);
    return crypto.hashToken(token);
  };

  return {
    value,
    hash: (key) => {
      const held = value(key);
      return held ? crypto.hashToken(held) : null;
    },
    issue: (key) => give(key, crypto.token()),
    prepare: (key) => {
      const token = crypto.token();
      return { hash: crypto.hashToken(token), give: () => void give(key, token) };
    },
    keep: (key) => give(key, value(key) ?? crypto.token()),
    clear: (key) => {
      fresh.set(key, undefined);
      write(key, null);
    },
    note: (key) => {
      const held = fresh.has(key) ? fresh.get(key) : read(key);
      return held ? Buffer.from(held, 'base64url') : undefined;
    },
    setNote: (key, sealed) => {
      const text = sealed.toString('base64url');
      if (text.length > LONGEST_NOTE) return false;
      fresh.set(key, text);
      write(key, text);
      return true;
    },
    get language() {
      return read('language');
    },
    setLanguage: (locale) => write('language', locale),
  };
}

function placeOf(key: string, { prefix, secure }: Addresses): { name: string; path: string } {
  const signIn = key.startsWith('sign-in/');
  const path = signIn ? `${prefix}/${key}` : prefix || '/';
  const name = `regain_${signIn ? 'sign_in' : key}`;
  if (!secure) return { name, path };
  return { name: `${path === '/' ? '__Host-' : '__Secure-'}${name}`, path };
}
