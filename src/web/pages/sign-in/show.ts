import { losable } from '../../../flows/report-lost.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { clientName } from '../../frame/client-name.ts';
import type { PageContext } from '../../frame/page.ts';
import { showDeadEnd } from './dead-end.ts';
import { leavingOf, linksOf, linksWithEmergency } from './links.ts';
import { type SigningIn, signInPath } from './load.ts';
import { showPassword } from './password-page.ts';
import { secondFactorPage } from './second-factor-page.ts';

/** The page that is asked for now. `settings`: what went wrong on it. Nothing is decided here: see `nextPage`. */
export function showNext(ctx: PageContext, at: SigningIn, settings: PageSettings = {}): Answer | Promise<Answer> {
  const { next, interaction } = at;
  switch (next.page) {
    case 'password':
      return showPassword(ctx, at, undefined, settings);
    case 'second-factor':
      return showSecondFactor(ctx, at, settings);
    case 'new-factor':
      return seeOther(signInPath(interaction.uid, '/new-factor'));
    case 'complete':
      return showReady(ctx, at);
    case 'dead-end':
      return showDeadEnd(ctx, at, next.reasons);
    // No policy asks for these at a sign-in.
    case 'wait':
    case 'email-code':
    case 'restore-code':
    case 'new-password':
      break;
  }
  return showDeadEnd(ctx, at, []);
}

async function showSecondFactor(ctx: PageContext, at: SigningIn, settings: PageSettings): Promise<Answer> {
  const { interaction, journey, account, next } = at;
  if (next.page !== 'second-factor' || !account) return seeOther(signInPath(interaction.uid));
  const app = clientName(interaction.client, ctx.t);
  const page = {
    journey,
    account,
    next,
    base: signInPath(interaction.uid),
    path: signInPath(interaction.uid),
    links: await linksWithEmergency(ctx, interaction),
    leaving: leavingOf(ctx, at),
    ...(losable(ctx.ports, journey, account).length > 0 && { lost: signInPath(interaction.uid, '/lost') }),
    ...(interaction.prompt === 'step_up' && { lead: ctx.t('factor:asked_by', { app }) }),
    ...(interaction.optional && {
      without: {
        action: signInPath(interaction.uid, '/decline'),
        hint: ctx.t('factor:continue_without_hint', { app }),
      },
    }),
  };
  return secondFactorPage(ctx, page, settings);
}

/** Everything was proven before this page was opened: a GET ends nothing, so one press does. */
function showReady(ctx: PageContext, at: SigningIn): Answer {
  const { interaction } = at;
  return render(
    'sign-in/ready',
    ctx.t('sign-in:ready_title'),
    {
      text: ctx.t('sign-in:ready_text', { app: clientName(interaction.client, ctx.t) }),
      action: ctx.url(signInPath(interaction.uid, '/continue')),
      links: linksOf(ctx, interaction),
      leaving: leavingOf(ctx, at).map(({ action, text }) => ({ action: ctx.url(action), text })),
    },
    { returnTo: signInPath(interaction.uid) },
  );
}
