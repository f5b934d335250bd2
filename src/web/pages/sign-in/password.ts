import { z } from 'zod';
import type { ProofOutcome, Refused } from '../../../flows/outcome.ts';
import { provePassword, signInWithPassword } from '../../../flows/prove-password.ts';
import { type Answer, type PageError, seeOther } from '../../frame/answer.ts';
import { clientName } from '../../frame/client-name.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { showConsent } from './consent.ts';
import { goOn } from './go-on.ts';
import { journeyCookie, loadBegun, loadInteraction, loadOrBegin, type SigningIn, signInPath } from './load.ts';
import { keepOrigin } from './origin.ts';
import { showPassword } from './password-page.ts';
import { failing, passwordRefusalText } from './refusal-text.ts';
import { showNext } from './show.ts';

const form = z.object({ username: field().default(''), password: field() });

/** `/sign-in/:uid`: whatever is asked for now; a form posted to it is the first one, username and password. */
export const passwordPage: Page = page('/sign-in/:uid', {
  get: async (ctx) => {
    const interaction = await loadInteraction(ctx);
    if ('kind' in interaction) return interaction;
    if (interaction.prompt === 'consent') return showConsent(ctx, interaction);
    if (interaction.prompt === 'restore_code') return seeOther(signInPath(interaction.uid, '/restore-code'));
    if (interaction.prompt === 'onboarding') return seeOther(signInPath(interaction.uid, '/add'));
    if (interaction.prompt === 'select_account') return seeOther(signInPath(interaction.uid, '/select-account'));
    if (interaction.prompt === 'check_up') return seeOther(signInPath(interaction.uid, '/check-up'));
    return showNext(ctx, await loadOrBegin(ctx, interaction));
  },
  post: async (ctx) => {
    const at = await loadBegun(ctx);
    if ('kind' in at) return at;
    return at.interaction.prompt === 'login' ? signIn(ctx, at) : confirm(ctx, at);
  },
});

/** Who and the password. What was typed as username stays, also for "Lost credentials?" (WCAG 3.3.7). */
async function signIn(ctx: PageContext, at: SigningIn): Promise<Answer> {
  const { interaction } = at;
  const { username, password } = ctx.form(form);
  keepOrigin(ctx, interaction, username.trim());
  const missing: PageError[] = [];
  if (username.trim() === '') missing.push({ field: 'username', text: ctx.t('sign-in:username_missing') });
  if (password === '') missing.push({ field: 'password', text: ctx.t('sign-in:password_missing') });
  if (missing.length > 0) return showPassword(ctx, at, username, { errors: missing });

  const { organizationId, admitsOthers } = interaction.client;
  const secret = ctx.cookies.prepare(journeyCookie(interaction.uid));
  const outcome = await signInWithPassword(
    ctx.ports,
    ctx.visitor,
    at.journey,
    { identifier: username, password },
    { organizationId, admitsOthers },
    secret.hash,
  );
  if (outcome.outcome === 'advanced') secret.give();
  return goOn(ctx, at, outcome, (refusal) => again(ctx, at, refusal, username));
}

/** The password alone, in a running session: the account is the session's, whatever else was posted. */
async function confirm(ctx: PageContext, at: SigningIn): Promise<Answer> {
  const { password } = ctx.form(form);
  if (password === '' && at.next.page === 'password')
    return showPassword(ctx, at, undefined, {
      errors: [{ field: 'password', text: ctx.t('sign-in:password_missing') }],
    });
  const outcome: ProofOutcome = await provePassword(ctx.ports, ctx.visitor, at.journey, password);
  return goOn(ctx, at, outcome, (refusal) => again(ctx, at, refusal));
}

function again(ctx: PageContext, at: SigningIn, refusal: Refused, username?: string): Promise<Answer> {
  const app = clientName(at.interaction.client, ctx.t);
  if (refusal.reason === 'other-organization')
    return showPassword(ctx, at, username, { errors: [{ text: ctx.t('sign-in:other_organization', { app }) }] });
  // Of name and password, only the password is certainly to be typed anew.
  const error = { field: 'password', text: passwordRefusalText(ctx, refusal) };
  return showPassword(ctx, at, username, failing(refusal, error));
}
