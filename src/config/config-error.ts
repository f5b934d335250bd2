/** A variable of the environment that cannot be used. `message` is one line: the variable, what it holds, what it takes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * What may be said of a value: all of it; an address without what stands before an `@` or after a `?`; the same, and
 * nothing of what is no URL at all, since it may be a password in the wrong place; nothing but its length.
 */
export type Showing = 'plain' | 'address' | 'url' | 'secret';

const LONGEST_SHOWN = 100;

/** The line for a variable that holds something else than it takes. Control characters are escaped: it stays one line. */
export function badValue(name: string, value: string, takes: string, showing: Showing = 'plain'): ConfigError {
  return new ConfigError(`${name} is ${show(value, showing)}; it takes ${takes}`);
}

/** The line for a variable that must be set. */
export function missing(name: string, takes: string): ConfigError {
  return new ConfigError(`${name} is not set; it takes ${takes}`);
}

/** A value as it may be said in one line: quoted, escaped, shortened, without what may be secret. */
export function show(value: string, showing: Showing): string {
  if (showing === 'secret') return `a secret of ${value.length} characters`;
  const shown = showing === 'plain' ? value : withoutPassword(value, showing);
  const short = shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown;
  return JSON.stringify(short).replaceAll(
    /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

function withoutPassword(value: string, showing: 'address' | 'url'): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(value)?.[0] ?? '';
  if (scheme === '' && showing === 'url') return '***';
  const rest = value.slice(scheme.length).replace(/[?#].*$/s, '?***');
  return scheme + rest.replace(/^.*@/s, '***@');
}
