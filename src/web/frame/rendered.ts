import type { Answer } from './answer.ts';
import { problemPage } from './error-page.ts';
import type { Frame } from './frame.ts';
import { htmlOf, pageHeaders, type Scene } from './scene.ts';
import type { Rendered } from './send.ts';

/** Performs what a page gave back: status, headers, body. Cookies are set on the way. */
export function renderAnswer(frame: Frame, scene: Scene, answer: Answer): Rendered | Promise<Rendered> {
  switch (answer.kind) {
    case 'render':
      return renderPage(frame, scene, answer);
    case 'see-other': {
      const to = frame.addresses.local(answer.to);
      if (to === undefined) throw new Error('a page wanted to lead to an address outside of the issuer');
      return { status: 303, headers: { location: to }, body: undefined };
    }
    case 'refuse':
      return problemPage(frame, scene, answer.problem, answer.retryAfter);
    case 'json':
      return {
        status: answer.status,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(answer.body),
      };
    case 'events':
      return openEvents(frame, scene, answer);
    case 'bytes':
      return { status: answer.status, headers: answer.headers, body: answer.body };
  }
}

function openEvents(
  { streams }: Frame,
  { ctx }: Scene,
  { key, follow }: Extract<Answer, { kind: 'events' }>,
): Rendered {
  // nginx keeps what it is given until there is more of it, unless told otherwise
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
  if (ctx.method === 'HEAD') return { status: 200, headers, body: undefined };
  const body = streams.open(key, follow);
  // 204: do not ask again (WHATWG HTML, 9.2.3).
  return body ? { status: 200, headers, body } : { status: 204, headers: {}, body: undefined };
}

async function renderPage(frame: Frame, scene: Scene, answer: Extract<Answer, { kind: 'render' }>): Promise<Rendered> {
  scene.visit.organization ??= await frame.hosts.find(scene.visit.known);
  const status = answer.settings.status ?? (answer.settings.errors?.length ? 422 : 200);
  const { retryAfter } = answer.settings;
  const retry = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  const body = htmlOf(frame, scene, answer);
  return { status, headers: { ...pageHeaders(scene), ...retry }, body };
}
