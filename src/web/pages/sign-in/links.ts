import { beginningsOf } from '../../../flows/emergency-access.ts';
import type { Interaction } from '../../../flows/ports/interactions.ts';
import { clientName } from '../../frame/client-name.ts';
import type { PageContext } from '../../frame/page.ts';
import { type SigningIn, signInPath } from './load.ts';

/**
 * The same with "Emergency access", where that page helps anybody of the application's organization: to make a code (SPEC M2), or to ask for one
 * (M6). It says nothing of any account.
 */
export async function linksWithEmergency(
  ctx: Pick<PageContext, 't' | 'url' | 'brand' | 'ports'>,
  interaction: Interaction,
): Promise<{ href: string; text: string }[]> {
  const [lost, ...others] = linksOf(ctx, interaction);
  const found = await ctx.ports.store.accounts.policyFor(interaction.client.organizationId);
  const helps = found && (beginningsOf(found.policy).length > 0 || found.policy.emergencyCode.operator.requests);
  const way = {
    href: ctx.url(signInPath(interaction.uid, '/emergency-access')),
    text: ctx.t('emergency:title'),
  };
  return [...(lost ? [lost] : []), ...(helps ? [way] : []), ...others];
}

/** "Lost credentials?" and "Contact support", on every page of signing in and in the same place (WCAG 3.2.6). */
export function linksOf(
  ctx: Pick<PageContext, 't' | 'url' | 'brand'>,
  { uid }: Interaction,
): { href: string; text: string }[] {
  return [
    { href: ctx.url(signInPath(uid, '/lost-credentials')), text: ctx.t('sign-in:lost') },
    { href: ctx.brand.supportHref, text: ctx.t('sign-in:support') },
  ];
}

/** The ways out that change something: another account (only where nobody is signed in yet), back to the application. Paths. */
export function leavingOf(
  ctx: Pick<PageContext, 't'>,
  { interaction, account }: Pick<SigningIn, 'interaction' | 'account'>,
): { action: string; text: string }[] {
  const { uid, client, prompt, session } = interaction;
  const app = clientName(client, ctx.t);
  // To our own console only where somebody is signed in to it.
  const back =
    client.own && !session ? [] : [{ action: signInPath(uid, '/abort'), text: ctx.t('sign-in:back_to', { app }) }];
  if (prompt !== 'login' || !account) return back;
  return [{ action: signInPath(uid, '/other-account'), text: ctx.t('sign-in:other_account') }, ...back];
}
