import Koa from 'koa';
import type { Exchange, ProviderPages, ProviderProblem, RenderedPage } from '../../flows/ports/interactions.ts';
import { translator } from '../../i18n/translate.ts';
import { devicePages, type Show } from './device-pages.ts';
import { errorPage, type Trouble } from './error-page.ts';
import { logFailure } from './errors.ts';
import { failureOf } from './failure.ts';
import type { Frame } from './frame.ts';
import type { Acquaintance } from './page.ts';
import { PROBLEMS, textsOf } from './problem.ts';
import { providerTexts } from './provider-texts.ts';
import { htmlOf, localeOf, pageHeaders, type Scene, sceneOf } from './scene.ts';
import type { Rendered } from './send.ts';

/** The pages that the provider asks for, in our layout and the person's language. */
export function providerPages(frame: Frame): ProviderPages {
  const koa = new Koa();
  const enter = async ({ req, res }: Exchange, known: Acquaintance): Promise<Scene> => {
    const scene = sceneOf(frame, koa.createContext(req, res));
    scene.visit.known = { ...scene.visit.known, ...known };
    scene.visit.organization = await frame.hosts.findOrHouse(scene.visit.known);
    return scene;
  };
  const shown: Show = (scene, view, title, locals, settings = {}) =>
    written({
      status: settings.errors ? 422 : 200,
      headers: pageHeaders(scene),
      body: htmlOf(frame, scene, { view, title, locals, settings }),
    });
  return {
    device: devicePages(enter, shown),
    formPost: async (at, { action, fields, client, uiLocales }) => {
      const scene = await enter(at, { uiLocales, organizationId: client?.organizationId });
      const t = translator(localeOf(scene));
      const name = client?.name ?? '';
      const title = t('common:form_post_title', { client: name });
      return shown(scene, 'form-post', title, { action, fields, client: name, title });
    },
    error: async (at, problem) => {
      const { clientId, uiLocales } = problem;
      const scene = await enter(at, { clientId, uiLocales });
      return written(await errorPage(frame, scene, troubleOf(frame, scene, problem)));
    },
    confirmSignOut: async (at, { action, xsrf, client, uiLocales }) => {
      const scene = await enter(at, { uiLocales, organizationId: client?.organizationId });
      const t = translator(localeOf(scene));
      return shown(scene, 'logout/confirm', t('common:sign_out_title'), { action, xsrf, client: client?.name });
    },
    signedOut: async (at, client) => {
      const scene = await enter(at, { organizationId: client?.organizationId });
      const t = translator(localeOf(scene));
      const title = client
        ? t('common:signed_out_client_title', { client: client.name })
        : t('common:signed_out_title');
      return shown(scene, 'logout/done', title, { client: client?.name });
    },
  };
}

/** An OAuth error in words. A fault behind it is judged as one of ours is: the database may only be away for a moment. */
function troubleOf(frame: Frame, scene: Scene, { status, error, description, cause }: ProviderProblem): Trouble {
  if (error === 'server_error' || status >= 500) {
    const { problem, retryAfter } = failureOf(cause);
    const shown = PROBLEMS[problem].status >= 500 ? problem : 'fault';
    logFailure(frame, scene, shown, cause);
    const { status: shownStatus, code } = PROBLEMS[shown];
    return { status: shownStatus, code, ...textsOf(shown), retryAfter };
  }
  frame.log.info({ reference: scene.visit.reference, error, description }, 'the provider refused a request');
  return { status, code: error, ...providerTexts(error, cause), detail: description };
}

function written({ status, headers, body }: Rendered): RenderedPage {
  return { status, headers: { 'cache-control': 'no-store', ...headers }, body: typeof body === 'string' ? body : '' };
}
