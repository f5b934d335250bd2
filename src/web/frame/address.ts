import { Problem } from './problem.ts';

/** Addresses below the issuer, which may have a path of its own (`https://example.com/id`). */
export interface Addresses {
  /** The issuer's own path without trailing slash; mostly empty. */
  readonly prefix: string;
  readonly origin: string;
  readonly secure: boolean;
  /** `/help` as it is written into a link. */
  readonly url: (path: string) => string;
  /**
   * Where a redirect may lead: a path below the issuer, or an address of the issuer. As the Location header takes it.
   * Undefined for everything else, so that no redirect of ours is ever an open one (ASVS 3.7.2, ATTACKS A27).
   */
  local(to: string): string | undefined;
}

export function addressesOf(issuer: URL): Addresses {
  const prefix = issuer.pathname.replace(/\/$/, '');
  const url = (path: string) => prefix + path;
  return {
    prefix,
    origin: issuer.origin,
    secure: issuer.protocol === 'https:',
    url,
    local: (to) => {
      const path = to.startsWith('/');
      const target = URL.parse(path ? issuer.origin + to : to);
      if (!target || target.origin !== issuer.origin || target.username || target.password) return undefined;
      const below = target.pathname === prefix || target.pathname.startsWith(`${prefix}/`);
      if (!path && !below) return undefined;
      // `//host` in a Location header would be another site
      const clean = target.pathname.replace(/^\/+/, '/') + target.search + target.hash;
      return path ? url(clean) : clean;
    },
  };
}

const UNREADABLE = /\p{Cc}/u;

/**
 * One parameter of a query, or undefined. Refuses what no link of ours has: the same name twice, control characters (ATTACKS A1, A28).
 */
export function queryParameter(querystring: string, name: string): string | undefined {
  const values = new URLSearchParams(querystring).getAll(name);
  if (values.length > 1 || UNREADABLE.test(values[0] ?? '')) throw new Problem('unreadable-address');
  return values[0];
}
