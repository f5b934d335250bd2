import { z } from 'zod';
import { openInvitation, previewInvitation } from '../../../flows/open-invitation.ts';
import type { Account } from '../../../flows/ports.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { dropLink, keepLink, keptLink } from '../links/link-note.ts';
import { acceptanceHere, addressOf, INVITATION, OVER, onward } from './walk.ts';

/** The address in the e-mail. A GET, so it changes nothing here (ATTACKS A9): on to a clean address (STANDARDS D-05). */
export const invitationLink = page('/invitation/:token', {
  get(ctx) {
    keepLink(ctx, 'invitation', ctx.params.token);
    return seeOther(INVITATION);
  },
});

/** "Welcome": what will happen. A button begins, bound to this browser; only the end uses the invitation up (ATTACKS A16). */
export const invitationPage = page(INVITATION, {
  async get(ctx) {
    const token = keptLink(ctx, 'invitation');
    if (token === undefined) return stepHere(ctx);
    const invitation = await previewInvitation(ctx.ports, token);
    return invitation.state === 'open' ? welcome(ctx, invitation.account) : seeOther(OVER);
  },

  async post(ctx) {
    ctx.form(z.object({}));
    const token = keptLink(ctx, 'invitation');
    if (token === undefined) return stepHere(ctx);
    const invitation = await previewInvitation(ctx.ports, token);
    if (invitation.state !== 'open') return seeOther(OVER);
    const { locale, organizationId } = invitation.account;
    await ctx.knowing({ account: locale, organizationId });
    const asked = { token, locale: ctx.locale };
    const opened = await openInvitation(ctx.ports, ctx.visitor, asked, ctx.cookies.issue('invitation'));
    if (opened.outcome === 'refused') return seeOther(OVER);
    dropLink(ctx);
    ctx.cookies.clear('receipt');
    return onward(opened);
  },
});

async function stepHere(ctx: PageContext): Promise<Answer> {
  const begun = await acceptanceHere(ctx);
  return 'kind' in begun ? begun : seeOther(addressOf(begun.next));
}

async function welcome(ctx: PageContext, account: Account): Promise<Answer> {
  await ctx.knowing({ account: account.locale, organizationId: account.organizationId });
  const name = [account.givenName, account.familyName].filter(Boolean).join(' ') || account.username;
  const title = ctx.t('invitation:welcome', { name });
  return render(
    'invitation/welcome',
    title,
    {
      username: account.username,
      action: ctx.url(INVITATION),
      factor: account.policy.secondFactor.required,
      help: ctx.url('/help/invitation'),
      support: ctx.brand.supportHref,
    },
    { returnTo: INVITATION },
  );
}
