import type { Act, ActObject } from '../../../domain/act.ts';
import { repairOf } from '../../../domain/emergency-code.ts';
import { mayAct, type Owner } from '../../../flows/account/act.ts';
import type { Answer } from '../../frame/answer.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { throughProvider } from '../../frame/through-provider.ts';
import { bannerFor } from './banner.ts';
import { notAllowed, showSomebodyElse } from './entry.ts';
import { said } from './said.ts';
import { navOf, type Section } from './sections.ts';

/** A page of the console is given who is signed in. Names in its path are in `ctx.params`. */
export interface ConsolePage {
  readonly section: Section;
  readonly get?: (ctx: PageContext, owner: Owner) => Answer | Promise<Answer>;
  readonly post?: (ctx: PageContext, owner: Owner) => Answer | Promise<Answer>;
}

/**
 * A page of the account console. It holds no session of its own: it reads the provider's, and where there is none, or one that is not
 * enough, the browser goes through the authorization endpoint and comes back to this page (DESIGN rule 8). A POST comes back to it as
 * well, by `back`: the page that shows the form. What one account was shown is never done to another that has signed in since (ATTACKS
 * A4). Sections, the banner and what listens to changes are put around what the page renders.
 */
export function consolePage(path: string, { section, get, post }: ConsolePage, back = path): Page {
  const run = async (ctx: PageContext, handler: NonNullable<ConsolePage['get']>, here: string): Promise<Answer> => {
    const owner = await ownerOf(ctx);
    if (!owner) return throughProvider(ctx, 'regain-account', filled(here, ctx));
    return framed(ctx, owner, { section, here: filled(here, ctx) }, await handler(ctx, owner));
  };
  const own: NonNullable<ConsolePage['post']> = (ctx, owner) =>
    post && ctx.formIsOf(owner.account.id) ? post(ctx, owner) : showSomebodyElse(ctx, owner.account.username);
  return page(path, {
    ...(get && { get: (ctx: PageContext) => run(ctx, get, path) }),
    ...(post && { post: (ctx: PageContext) => run(ctx, own, back) }),
  });
}

/** Who is signed in to the console, told to the frame; undefined when nobody is. */
export async function ownerOf(ctx: PageContext): Promise<Owner | undefined> {
  const session = await ctx.interactions.session(ctx);
  const account = session && (await ctx.ports.store.accounts.load(session.accountId));
  if (!session || !account) return undefined;
  await ctx.knowing({ account: account.locale, organizationId: account.organizationId });
  // Only a session that an emergency code opened has a repair window, and its code is out as long as it lives.
  const proofs = account.emergencyCode ? await ctx.ports.store.sessions.proofsOf(session.uid, account.id) : [];
  return { account, session: { ...session, repair: repairOf(proofs) }, visitor: ctx.visitor };
}

/**
 * For a page that shows the form of `act`: what is shown instead, or undefined when it may be done. The flow that does it decides again.
 * `path`: this page.
 */
export function unlessAllowed(
  ctx: PageContext,
  owner: Owner,
  act: Act,
  path: string,
  about: ActObject = {},
): Answer | undefined {
  const verdict = mayAct(ctx.ports, owner, act, { about, stage: 'show' });
  return verdict.verdict === 'allow' ? undefined : notAllowed(ctx, path, { outcome: 'not-allowed', verdict });
}

export { notAllowed };

async function framed(
  ctx: PageContext,
  owner: Owner,
  { section, here }: { readonly section: Section; readonly here: string },
  answer: Answer,
): Promise<Answer> {
  if (answer.kind !== 'render') return answer;
  const banner = await bannerFor(ctx, owner, here);
  const done = said(ctx, owner.account.id);
  const formsOf = owner.account.id;
  const around = {
    nav: navOf(ctx, section, owner.account),
    live: '/account/live',
    formsOf,
    ...(done && { done }),
    ...(banner && { banner }),
  };
  return { ...answer, settings: { ...around, ...answer.settings } };
}

/** A path with its names filled in, for coming back to. */
function filled(path: string, { params }: PageContext): string {
  const names: Readonly<Record<string, string>> = params;
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(names[name] ?? ''));
}
