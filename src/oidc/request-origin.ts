import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Where requests really come from and where they are to: by configuration, never by what a stranger wrote into a header. */
export interface Origin {
  readonly issuer: URL;
  /** Number of proxy hops whose `X-Forwarded-For` entry is believed (TRUST_PROXY). */
  readonly trustProxy: number;
}

export interface Adopted {
  /** The client's address (ASVS 15.3.4). */
  readonly ip: string;
  /** False: the path is not below the issuer's own path; answer 404. */
  readonly below: boolean;
}

const FORGERIES = [
  'forwarded',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-server',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method-override',
  'x-real-ip',
];

/**
 * The outermost handler, before Koa. oidc-provider makes links from the Host header, Koa from `X-Forwarded-*` and from a request
 * line that holds a whole URL (A8, DESIGN rule 5). So all of these are overwritten with what the issuer says, and the issuer's path is
 * taken off (`req.originalUrl` keeps it for those who make links). Koa may then believe its proxy headers.
 */
export function adoptOrigin(req: IncomingMessage & { originalUrl?: string }, { issuer, trustProxy }: Origin): Adopted {
  const ip = clientIp(req, trustProxy);
  for (const name of FORGERIES) delete req.headers[name];
  req.headers.host = issuer.host;
  req.headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
  req.headers['x-forwarded-for'] = ip;

  const path = originForm(req.url ?? '');
  if (path === undefined) return { ip, below: false };
  req.url = path;
  const prefix = issuer.pathname.replace(/\/$/, '');
  if (prefix === '') return { ip, below: true };
  const rest = path.slice(prefix.length);
  if (!path.startsWith(prefix) || !/^(?:$|[/?])/.test(rest)) return { ip, below: false };
  req.originalUrl = path;
  req.url = rest.startsWith('/') ? rest : `/${rest}`;
  return { ip, below: true };
}

/** RFC 9112 3.2: a server takes the absolute form too. Only path and query of it count. Undefined for `*` and the like. */
function originForm(target: string): string | undefined {
  if (target.startsWith('/')) return target.replace(/^\/+/, '/');
  const url = /^https?:\/\//i.test(target) ? URL.parse(target) : null;
  return url ? url.pathname.replace(/^\/+/, '/') + url.search : undefined;
}

/**
 * The address before the trusted hops: each of them added the address that it saw to the right. With fewer entries than hops somebody
 * went around them, and only the connection itself is believed.
 */
export function clientIp(req: IncomingMessage, trustProxy: number): string {
  const connected = plain(req.socket.remoteAddress ?? '');
  if (trustProxy === 0) return connected;
  const header = req.headers['x-forwarded-for'];
  const seen = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((entry) => plain(entry.trim()));
  const address = seen.at(-trustProxy);
  return address !== undefined && seen.length >= trustProxy && isIP(address) !== 0 ? address : connected;
}

/** `::ffff:192.0.2.1` as `192.0.2.1`, `[2001:db8::1]:4711` and `192.0.2.1:4711` without port. */
function plain(address: string): string {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1] ?? address;
  return bare.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
