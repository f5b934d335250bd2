import { isIP } from 'node:net';
import { z } from 'zod';
import { parseEmail } from '../domain/email-address.ts';
import { badValue, type Showing } from './config-error.ts';
import { parseIssuer } from './issuer.ts';

/** One variable of the environment: what it becomes, what it takes in words, and how much of its value may be said. */
export interface Variable<T> {
  readonly schema: z.ZodType<T, string>;
  readonly takes: string;
  readonly showing?: Showing;
  /** Spaces at its ends belong to it. */
  readonly verbatim?: true;
}

/** Reads variable `name`; unset and empty are the same. Throws ConfigError when it holds what it does not take. */
export function read<T>(env: NodeJS.ProcessEnv, name: string, variable: Variable<T>): T | undefined {
  const value = env[name];
  if (value === undefined || value.trim() === '') return undefined;
  const parsed = variable.schema.safeParse(variable.verbatim ? value : value.trim());
  if (!parsed.success) throw badValue(name, value, variable.takes, variable.showing);
  return parsed.data;
}

const oneOf = <T extends string>(...values: readonly T[]): Variable<T> => ({
  schema: z.enum(values),
  takes: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
});

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.int().min(least).max(most));

const port: Variable<number> = { schema: wholeNumber(1, 65_535), takes: 'a port number from 1 to 65535' };

/** A URL with one of these schemes and a host, kept as it was written. */
const url = (schemes: readonly string[], hostNeeded: boolean) =>
  z.string().refine((text) => {
    const parsed = URL.parse(text);
    return parsed !== null && schemes.includes(parsed.protocol) && (!hostNeeded || parsed.hostname !== '');
  });

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const isHost = (text: string) => isIP(text) !== 0 || HOST_NAME.test(text);

const MAIL_FROM = /^(?:[^<>]*<(?<inside>[^<>]+)>|(?<bare>[^<>]+))$/;

function isSender(text: string): boolean {
  if (/\p{Cc}/u.test(text)) return false;
  const { inside, bare } = MAIL_FROM.exec(text)?.groups ?? {};
  const address = (inside ?? bare ?? '').trim();
  return parseEmail(address) !== undefined || /^[a-z0-9._+-]{1,64}@localhost$/i.test(address);
}

/** A key of 32 bytes in base64 (or base64url), as `openssl rand -base64 32` prints it; `undefined` when it is none. */
export function parseKey(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length === 32 ? key : undefined;
}

const masterKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((entry) => parseKey(entry.trim()));
  const found = keys.filter((key) => key !== undefined);
  if (found.length === keys.length) return found;
  context.addIssue({ code: 'custom' });
  return z.NEVER;
});

const issuer = z.string().transform((text, context) => {
  const parsed = parseIssuer(text);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom' });
  return z.NEVER;
});

/** The whole environment of Regain (CONTRACT "Configuration"). */
export const VARIABLES = {
  NODE_ENV: oneOf('production', 'development', 'test'),
  REGAIN_ISSUER: {
    schema: issuer,
    takes: 'an http:// or https:// URL, with or without a path, without user, query and fragment',
    showing: 'address',
  },
  PORT: port,
  HOST: {
    schema: z
      .string()
      .transform((text) => text.replace(/^\[(.*)\]$/, '$1'))
      .refine(isHost),
    takes: 'an IP address or a host name to listen on',
  },
  DATABASE_URL: {
    schema: url(['postgres:', 'postgresql:'], false),
    takes: 'postgres://user:password@host:port/database',
    showing: 'url',
  },
  REGAIN_DATA_DIR: { schema: z.string().refine((text) => !text.includes('\0')), takes: 'the path of a directory' },
  SMTP_URL: {
    schema: url(['smtp:', 'smtps:'], true),
    takes: 'smtp://user:password@host:port or smtps://…',
    showing: 'url',
  },
  MAIL_FROM: {
    schema: z.string().refine(isSender),
    takes: 'an e-mail address, or a name and an address: Regain <no-reply@example.org>',
  },
  SMS_URL: {
    // SMPP and Twilio come behind the same port later; a scheme without a driver must stop the start, not the first code.
    schema: url(['https:', 'http:'], true),
    takes: 'the https:// or http:// URL of a gateway that takes {"to","text"} by POST',
    showing: 'url',
  },
  SMS_SECRET: { schema: z.string(), takes: 'any text', showing: 'secret', verbatim: true },
  REGAIN_MASTER_KEY: {
    schema: masterKeys,
    takes: '32 bytes in base64 (openssl rand -base64 32), or several of these separated by commas',
    showing: 'secret',
  },
  REGAIN_DEMO: oneOf('1', '0'),
  METRICS_PORT: port,
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  TRUST_PROXY: { schema: wholeNumber(0, 20), takes: 'the number of proxies in front of Regain, from 0 to 20' },
  CLIENT_CERT_HEADER: {
    schema: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{1,60}$/),
    takes: 'the name of a header, such as X-Client-Cert',
  },
  KEY_ROTATION_DAYS: {
    schema: wholeNumber(0, 1_095),
    takes: 'the number of days from 1 to 1095 after which the signing keys are rotated, or 0 for never',
  },
} as const satisfies Record<string, Variable<unknown>>;
