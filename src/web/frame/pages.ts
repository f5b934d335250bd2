import { Router, type RouterContext } from '@koa/router';
import type { Interactions } from '../../flows/ports/interactions.ts';
import type { Answer } from './answer.ts';
import { isFromElsewhere } from './csrf.ts';
import { readForm, readUpload, type Upload } from './form.ts';
import type { Frame } from './frame.ts';
import type { Page, PageContext } from './page.ts';
import { pageContext } from './page-context.ts';
import { Problem } from './problem.ts';
import { renderAnswer } from './rendered.ts';
import { type Scene, sceneOf } from './scene.ts';
import { send } from './send.ts';

/** The routes of our own pages. Another method than a page has is refused with a page and `Allow` (RFC 9110, 15.5.6). */
export function pageRoutes(frame: Frame, interactions: Interactions, pages: readonly Page[]) {
  const router = new Router();
  for (const page of pages) {
    router.all(page.path, async (ctx) => {
      const scene = sceneOf(frame, ctx);
      scene.visit.route = page.path;
      if (page.get) scene.visit.page = frame.addresses.url(ctx.path + ctx.search);
      send(ctx, await renderAnswer(frame, scene, await answerOf(frame, interactions, page, scene, paramsOf(ctx))));
    });
  }
  return router.routes();
}

async function answerOf(
  frame: Frame,
  interactions: Interactions,
  page: Page,
  scene: Scene,
  params: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { ctx } = scene;
  const context = (posted?: Upload): Promise<PageContext> => pageContext(frame, interactions, scene, params, posted);
  if (page.get && (ctx.method === 'GET' || ctx.method === 'HEAD')) return page.get(await context());
  if (page.post && ctx.method === 'POST') return page.post(await context(await ownForm(frame, scene, page.file)));
  ctx.set('allow', [page.get && 'GET, HEAD', page.post && 'POST'].filter(Boolean).join(', '));
  throw new Problem('wrong-method');
}

/** A form that we gave this browser. Nothing else reaches a page (ASVS 3.5.1). */
async function ownForm(frame: Frame, { ctx, jar }: Scene, file: string | undefined): Promise<Upload> {
  const posted = file === undefined ? { fields: await readForm(ctx) } : await readUpload(ctx, file);
  const { fields } = posted;
  const foreign = isFromElsewhere(ctx.headers, frame.addresses.origin);
  if (foreign || !frame.csrf.holds(jar.value('form'), fields.get('_csrf'))) throw new Problem('foreign-form');
  return posted;
}

/** Names in a path as text. What cannot be one (ATTACKS A28) leads nowhere. */
function paramsOf(ctx: RouterContext): Readonly<Record<string, string>> {
  const params: Record<string, string> = ctx.params;
  if (Object.values(params).some((value) => /\p{Cc}/u.test(value))) throw new Problem('not-found');
  return params;
}
