import { Busy } from '../../flows/ports.ts';
import { Problem, type ProblemName } from './problem.ts';

export interface Failure {
  readonly problem: ProblemName;
  readonly retryAfter?: number | undefined;
}

/**
 * What a thrown value means to the person: an impossible request, a moment's wait (password queue full, database away:
 * nothing was lost, transactions roll back), or a fault of ours.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof Problem) return { problem: error.problem, retryAfter: error.retryAfter };
  if (error instanceof Busy) return { problem: 'busy', retryAfter: error.retryAfter };
  if (isDatabaseAway(error)) return { problem: 'unavailable', retryAfter: 5 };
  return { problem: BY_STATUS[statusOf(error) ?? 0] ?? 'fault' };
}

/** Errors of Koa, its router and the body's reader carry a status. */
const BY_STATUS: Partial<Record<number, ProblemName>> = {
  400: 'unreadable-form',
  404: 'not-found',
  405: 'wrong-method',
  413: 'too-large',
  415: 'wrong-type',
};

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  // a body that says it is compressed and is not
  if ('code' in error && /^Z_|^ERR__?ZLIB/.test(String(error.code))) return 400;
  return 'status' in error && typeof error.status === 'number' ? error.status : undefined;
}

/**
 * PostgreSQL that is not there, is shutting down or starting, or has no connection left: by SQLSTATE (class 08, 53300, 57P01–57P03), by the
 * system's code, or by what the driver says when the connection went away under it.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (/^(08|57P0[123]$|53300$)/.test(code) || AWAY_CODES.has(code)) return true;
  if (/^Connection terminated|timeout exceeded when trying to connect|is not queryable$/i.test(error.message))
    return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  return isDatabaseAway(error.cause);
}

const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);
