import type { TextKey } from '../../i18n/translate.ts';

/**
 * What cannot go on, by name: the status, the code that a JSON client gets, and the stem of the texts
 * `errors:<text>_title` and `errors:<text>_text` (what happened, and what to do).
 */
export const PROBLEMS = {
  'unreadable-form': { status: 400, code: 'invalid_request', text: 'unreadable_form' },
  'unreadable-address': { status: 400, code: 'invalid_request', text: 'unreadable_address' },
  'foreign-form': { status: 403, code: 'access_denied', text: 'foreign_form' },
  'not-allowed': { status: 403, code: 'access_denied', text: 'not_allowed' },
  'not-found': { status: 404, code: 'not_found', text: 'not_found' },
  'wrong-method': { status: 405, code: 'method_not_allowed', text: 'wrong_method' },
  'no-longer-open': { status: 410, code: 'invalid_request', text: 'no_longer_open' },
  'too-large': { status: 413, code: 'invalid_request', text: 'too_large' },
  'wrong-type': { status: 415, code: 'invalid_request', text: 'unreadable_form' },
  'too-many': { status: 429, code: 'temporarily_unavailable', text: 'too_many' },
  fault: { status: 500, code: 'server_error', text: 'fault' },
  busy: { status: 503, code: 'temporarily_unavailable', text: 'busy' },
  unavailable: { status: 503, code: 'temporarily_unavailable', text: 'unavailable' },
} as const satisfies Record<string, { status: number; code: string; text: string }>;

export type ProblemName = keyof typeof PROBLEMS;

/** Thrown from wherever a request turns out to be impossible to go on with; becomes the problem's page or JSON. */
export class Problem extends Error {
  readonly problem: ProblemName;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(problem: ProblemName, retryAfter?: number, options?: ErrorOptions) {
    super(problem, options);
    this.name = 'Problem';
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** The two texts of a problem. */
export function textsOf(problem: ProblemName): { title: TextKey; text: TextKey } {
  const { text } = PROBLEMS[problem];
  return { title: `errors:${text}_title`, text: `errors:${text}_text` };
}
