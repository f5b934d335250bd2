import { IncomingMessage, ServerResponse } from 'node:http';

const SECRET_KEY =
  /passw|passphrase|secret|token|cookie|authori[sz]ation|hash$|(?:api|master|private)_?key|^jwk|code$|codes$|otp$|^pin$|digits|verifier|challenge|signature|dpop|assertion/i;
const KEPT = /^(?:status|exit|error|country)_?code$/i;

const REDACTED = '[redacted]';
const DEEPEST = 6;
const LONGEST_LIST = 100;

/**
 * A copy of `value` for the log (ASVS 16.2.5): what stands under a secret's key is replaced at any depth, every text goes
 * through `redactText`, errors keep type, message, stack, cause and a system's code, requests their method and path.
 * Bytes are never written, and of other objects than plain ones only what they say of themselves by `toJSON`.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof IncomingMessage) return { method: value.method, path: redactText(value.url ?? '') };
  if (value instanceof ServerResponse) return { status: value.statusCode };
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= DEEPEST) return '[…]';
  if (Array.isArray(value)) return value.slice(0, LONGEST_LIST).map((entry) => redact(entry, depth + 1));
  if (!isPlain(value)) return redact(ownWords(value), depth + 1);
  return redactFields(value, depth);
}

/** The same for the fields of a log line, and for those of any plain object. */
export function redactFields(fields: object, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, entry]) => [key, hides(key, entry) ? REDACTED : redact(entry, depth + 1)]),
  );
}

function hides(key: string, value: unknown): boolean {
  const says = typeof value !== 'boolean' && value !== null && value !== undefined;
  return says && SECRET_KEY.test(key) && !KEPT.test(key);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function ownWords(value: object): unknown {
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  return `[${value.constructor?.name ?? 'object'}]`;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    // ECONNREFUSED or an SQLSTATE; six digits may be a one-time code.
    ...(typeof code === 'string' && /^(?=.*[A-Z_])[A-Z0-9_]{2,40}$|^\d{5}$/.test(code) ? { code } : {}),
    ...(error.cause !== undefined && depth < DEEPEST ? { cause: redact(error.cause, depth + 1) } : {}),
  };
}

/**
 * A text without what must not be in a log: passwords in URLs, everything after the `?` of a path, and long random runs
 * (the token of a link is one). UUIDs stay: they name accounts and rows.
 */
export function redactText(text: string): string {
  return text
    .replaceAll(/:\/\/[^\s/"']*@/g, '://***@')
    .replaceAll(/(\/[^\s"'<>?#]*)[?#][^\s"'<>()]+/g, '$1?***')
    .replaceAll(/[A-Za-z0-9_-]{32,}/g, (run) => (UUID.test(run) || !/[A-Z0-9]/.test(run) ? run : REDACTED));
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
