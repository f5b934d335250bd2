import { z } from 'zod';
import type { Interaction } from '../../../flows/ports/interactions.ts';
import { type Answer, refuse, render, seeOther } from '../../frame/answer.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { loadInteraction, signInPath } from './load.ts';
import { whatItMay } from './may-see.ts';

const form = z.object({ decision: z.enum(['allow', 'deny']) });

/** What a person answers when an application asks for access (OpenID Connect Core 1.0, 3.1.2.4). */
export const consentPage: Page = page('/sign-in/:uid/consent', {
  get: (ctx) => seeOther(signInPath(ctx.params.uid)),
  post: async (ctx) => {
    const interaction = await loadInteraction(ctx);
    if ('kind' in interaction) return interaction;
    const { uid, prompt } = interaction;
    if (prompt !== 'consent') return seeOther(signInPath(uid));
    const allowed = ctx.form(form).decision === 'allow';
    const to = allowed ? await ctx.interactions.grantConsent(ctx, uid) : await ctx.interactions.abort(ctx, uid);
    return to ? seeOther(to) : refuse('no-longer-open');
  },
});

/** What the application gets, in words, and the two answers. */
export async function showConsent(ctx: PageContext, interaction: Interaction): Promise<Answer> {
  const { uid, client, session, consent } = interaction;
  const account = session ? await ctx.ports.store.accounts.load(session.accountId) : undefined;
  if (account) await ctx.knowing({ account: account.locale });
  const app = client.name;
  const title = ctx.t('consent:title', { app });
  const locals = {
    title,
    action: ctx.url(signInPath(uid, '/consent')),
    username: account?.username,
    lead: ctx.t('consent:lead', { app }),
    gets: whatItMay(ctx.t, consent),
    denyHint: ctx.t('consent:deny_hint', { app }),
  };
  return render('sign-in/consent', title, locals, { returnTo: signInPath(uid) });
}
