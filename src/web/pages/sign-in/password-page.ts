import { passkeysOf } from '../../../flows/prove-passkey.ts';
import { type Answer, type PageSettings, render } from '../../frame/answer.ts';
import { clientName } from '../../frame/client-name.ts';
import type { PageContext } from '../../frame/page.ts';
import { leavingOf, linksWithEmergency } from './links.ts';
import { type SigningIn, signInPath } from './load.ts';

/**
 * "Sign in to your account" (SPEC T1). `typed`: the username as it was typed; undefined: nothing was yet, so the application's hint stands there. In a
 * running session the account is given, and only its password is asked for.
 */
export async function showPassword(
  ctx: PageContext,
  at: SigningIn,
  typed: string | undefined,
  settings: PageSettings = {},
): Promise<Answer> {
  const { interaction, journey } = at;
  const { uid, client } = interaction;
  const fixed = interaction.prompt === 'login' ? undefined : at.account;
  const locals = {
    action: ctx.url(signInPath(uid)),
    passkeyAction: ctx.url(signInPath(uid, '/passkey')),
    lead: fixed
      ? ctx.t('sign-in:confirm_for', { app: clientName(client, ctx.t) })
      : ctx.t('sign-in:for_app', { app: clientName(client, ctx.t) }),
    account: fixed?.username,
    username: typed ?? journey.identifier,
    passkeyOptions: await ctx.ports.passkeys.authenticationOptions({
      challenge: journey.state.challenge,
      allow: fixed ? passkeysOf(fixed) : [],
    }),
    links: await linksWithEmergency(ctx, interaction),
    leaving: leavingOf(ctx, at).map(({ action, text }) => ({ action: ctx.url(action), text })),
  };
  return render('sign-in/password', ctx.t('sign-in:title'), locals, {
    passkey: true,
    returnTo: signInPath(uid),
    ...settings,
  });
}
