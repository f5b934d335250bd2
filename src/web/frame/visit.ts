import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Organization } from '../../flows/ports/provider.ts';
import type { Visitor } from '../../flows/ports.ts';
import { reference } from '../../observability/reference.ts';
import type { Acquaintance } from './page.ts';

/** What the frame keeps of one request, across our pages and the provider's (both see the same Node request). */
export interface Visit {
  /** Shown on error pages and written to the log: "R-K7QM-2VXN". */
  readonly reference: string;
  /** Of this response's Content-Security-Policy. */
  readonly nonce: string;
  readonly startedAt: number;
  /** False: the address is not below the issuer's own path, so nothing is there. */
  below: boolean;
  /** Path pattern of the page of ours that answers, e.g. `/sign-in/:uid`. */
  route: string | undefined;
  /** Where that page can be opened (again), as it is written into a link; undefined when it is not ours or answers to POST only. */
  page: string | undefined;
  /** Who is at the other end, for what the provider writes down. */
  visitor: Visitor | undefined;
  /** What pages found out so far. */
  known: Acquaintance;
  /** Whose page it is, once looked up. */
  organization: Organization | undefined;
}

const visits = new WeakMap<IncomingMessage, Visit>();

/** The visit that this request is; made at the first call. */
export function visitOf(req: IncomingMessage): Visit {
  const known = visits.get(req);
  if (known) return known;
  const visit: Visit = {
    reference: reference(),
    nonce: randomBytes(16).toString('base64'),
    startedAt: performance.now(),
    below: true,
    route: undefined,
    page: undefined,
    visitor: undefined,
    known: {},
    organization: undefined,
  };
  visits.set(req, visit);
  return visit;
}
