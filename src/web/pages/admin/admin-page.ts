import { lackingForConsole } from '../../../domain/role.ts';
import type { AdministrationPorts } from '../../../flows/ports/administration.ts';
import type { Operator } from '../../../flows/ports/roles.ts';
import { type Answer, refuse, render } from '../../frame/answer.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { throughProvider } from '../../frame/through-provider.ts';
import { ownerOf } from '../account/console-page.ts';
import { showSomebodyElse } from '../account/entry.ts';
import { said } from '../account/said.ts';
import type { Desk } from './desk.ts';
import { hasSection, navOf, type Section } from './sections.ts';

type Handler = (desk: Desk) => Answer | Promise<Answer>;

export interface AdminPage {
  readonly section: Section;
  /** Its form changes something or shows what is shown once: it takes a sign-in of ten minutes at most. */
  readonly fresh?: true;
  /** As `Page.file`. */
  readonly file?: string;
  readonly get?: Handler;
  readonly post?: Handler;
}

/** A page, once it has the flows that it calls. */
export type PageMaker = (administration: AdministrationPorts) => Page;

/** A sign-in with a code that somebody else may have made is no sign-in to this console, whatever class it carries. */
const EMERGENCY = 'urn:regain:amr:emergency-code';

/**
 * A page of the operators' console. Like the account console it reads the provider's session, and where there is none, or one that is too weak or too
 * old, the browser goes through the authorization endpoint and comes back (DESIGN rule 8). Whoever has no role finds nothing here, before anything
 * more is asked of them; who has one that sleeps is told so. A POST comes back to `back`, the page with its form, and is refused where the
 * form was shown to somebody else (ATTACKS A4). What one may do to whom is the page's own question (`may`), and the flow's again.
 */
export function adminPage(path: string, { section, fresh, file, get, post }: AdminPage, back = path): PageMaker {
  return (administration) => {
    const run = async (ctx: PageContext, handler: Handler, here: string, stage: 'show' | 'send'): Promise<Answer> => {
      const operator = await operatorOf(ctx);
      if (!operator) return throughProvider(ctx, 'regain-admin', filled(here, ctx));
      const no = unlessLetIn(ctx, operator, section, filled(here, ctx), fresh && stage);
      if (no) return no;
      const desk = { ctx, operator, ports: { ...administration, operator } };
      return framed(desk, section, await handler(desk));
    };
    const own: Handler = (desk) => {
      const { account } = desk.operator;
      return post && desk.ctx.formIsOf(account.id) ? post(desk) : showSomebodyElse(desk.ctx, account.username);
    };
    return page(path, {
      ...(file !== undefined && { file }),
      ...(get && { get: (ctx: PageContext) => run(ctx, get, path, 'show') }),
      ...(post && { post: (ctx: PageContext) => run(ctx, own, back, 'send') }),
    });
  };
}

interface SignedIn extends Operator {
  readonly amr: readonly string[];
}

/** Who is signed in, with or without a role; told to the frame. */
export async function operatorOf(ctx: PageContext): Promise<SignedIn | undefined> {
  const owner = await ownerOf(ctx);
  const session = await ctx.interactions.session(ctx);
  return owner && session && { ...owner, amr: session.amr };
}

/** What is shown instead of a page of this section; undefined: nothing is lacking. */
export function unlessLetIn(
  ctx: PageContext,
  operator: SignedIn,
  section: Section,
  here: string,
  stage?: 'show' | 'send',
): Answer | undefined {
  const { account, session, amr } = operator;
  const { roles } = account;
  if (roles.length === 0) return refuse('not-found');
  if (roles.every(({ asleepSince }) => asleepSince !== null))
    return render('admin/closed', ctx.t('admin:asleep_title'), { text: ctx.t('admin:asleep_text') }, { status: 403 });
  if (!hasSection(roles, section)) return refuse('not-found');
  if (amr.includes(EMERGENCY))
    return render(
      'admin/closed',
      ctx.t('admin:emergency_title'),
      { text: ctx.t('admin:emergency_text') },
      { status: 403 },
    );
  const lacking = lackingForConsole(account.policy.administration.acr, session, ctx.ports.now(), stage);
  return lacking && throughProvider(ctx, 'regain-admin', here, lacking);
}

function framed({ ctx, operator }: Desk, section: Section, answer: Answer): Answer {
  if (answer.kind !== 'render') return answer;
  const { id, roles } = operator.account;
  const done = said(ctx, id);
  const around = { ...navOf(ctx, section, roles), formsOf: id, ...(done && { done }) };
  return { ...answer, settings: { ...around, ...answer.settings } };
}

/** A path with its names filled in, for coming back to. */
function filled(path: string, { params }: PageContext): string {
  const names: Readonly<Record<string, string>> = params;
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(names[name] ?? ''));
}
