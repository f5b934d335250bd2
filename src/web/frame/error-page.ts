import { type TextKey, translator } from '../../i18n/translate.ts';
import type { Frame } from './frame.ts';
import { PROBLEMS, type ProblemName, textsOf } from './problem.ts';
import { htmlOf, localeOf, pageHeaders, type Scene } from './scene.ts';
import type { Rendered } from './send.ts';

/** What an error page says. */
export interface Trouble {
  readonly status: number;
  /** For JSON clients and experts: an OAuth error code where there is one. */
  readonly code: string;
  readonly title: TextKey;
  /** What happened and what to do. */
  readonly text: TextKey;
  /** For experts, in English, e.g. the provider's description. */
  readonly detail?: string | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

/**
 * The page for what cannot go on: in the person's language, with a reference number that is in the log, never with a stack
 * (ASVS 16.5.1). As JSON (`error`, `error_description`, `reference`; RFC 6749, 5.2) where the client prefers that. Never throws
 * because of the database: the page that says it is away needs nothing of it.
 */
export async function errorPage(frame: Frame, scene: Scene, trouble: Trouble): Promise<Rendered> {
  const { visit, ctx } = scene;
  const retry = trouble.retryAfter === undefined ? {} : { 'retry-after': String(trouble.retryAfter) };
  if (ctx.accepts('html', 'json') === 'json') {
    const body = { error: trouble.code, error_description: plainly(trouble), reference: visit.reference };
    const headers = { 'content-type': 'application/json; charset=utf-8', vary: 'Accept', ...retry };
    return { status: trouble.status, headers, body: JSON.stringify(body) };
  }
  visit.organization ??= await frame.hosts.findOrHouse(visit.known);
  const t = translator(localeOf(scene));
  const body = htmlOf(frame, scene, {
    view: trouble.status === 404 ? 'not-found/not-found' : 'error/error',
    title: t('common:error_prefix') + t(trouble.title),
    locals: {
      heading: t(trouble.title),
      text: t(trouble.text),
      reference: visit.reference,
      detail: expertsLine(trouble),
      again: ctx.method === 'POST' ? visit.page : undefined,
    },
    settings: { status: trouble.status },
  });
  return { status: trouble.status, headers: { ...pageHeaders(scene), ...retry }, body };
}

/** One of our own problems as a page. */
export function problemPage(frame: Frame, scene: Scene, problem: ProblemName, retryAfter?: number): Promise<Rendered> {
  const { status, code } = PROBLEMS[problem];
  return errorPage(frame, scene, { status, code, ...textsOf(problem), retryAfter });
}

/** What a program reads is English; it has the provider's own words where there are some. */
const plainly = ({ detail, text }: Trouble) => detail ?? translator('en')(text);

const expertsLine = ({ code, detail }: Trouble) => (detail === undefined ? undefined : `${code}: ${detail}`);
