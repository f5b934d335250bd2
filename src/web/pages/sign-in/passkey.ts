import { z } from 'zod';
import type { ProofOutcome, Refused } from '../../../flows/outcome.ts';
import { provePasskey, signInWithPasskey } from '../../../flows/prove-passkey.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import { clientName } from '../../frame/client-name.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { readResponse } from '../new-factor/response.ts';
import { goOn } from './go-on.ts';
import { journeyCookie, loadBegun, type SigningIn, signInPath } from './load.ts';
import { factorRefusalText, failing } from './refusal-text.ts';
import { showNext } from './show.ts';

const form = z.object({ response: field(65_536) });

/** A passkey: alone from the username field, or as the second factor of an account that is known. */
export const passkeyPage: Page = page('/sign-in/:uid/passkey', {
  get: (ctx) => seeOther(signInPath(ctx.params.uid)),
  post: async (ctx) => {
    const at = await loadBegun(ctx);
    if ('kind' in at) return at;
    const posted = ctx.form(form).response;
    // The button of a browser without JavaScript: no try was made.
    if (posted === '') return showNext(ctx, at, { errors: [{ text: ctx.t('parts:passkey_needs_javascript') }] });
    const response = readResponse(posted);
    const outcome = namesTheAccount(at)
      ? await byItself(ctx, at, response)
      : await provePasskey(ctx.ports, ctx.visitor, at.journey, response);
    return goOn(ctx, at, outcome, (refusal) => again(ctx, at, refusal));
  },
});

async function byItself(ctx: PageContext, at: SigningIn, response: unknown): Promise<ProofOutcome> {
  const { uid, client } = at.interaction;
  const secret = ctx.cookies.prepare(journeyCookie(uid));
  const outcome = await signInWithPasskey(ctx.ports, ctx.visitor, at.journey, response, client, secret.hash);
  if (outcome.outcome === 'advanced') secret.give();
  return outcome;
}

/** Nobody has been named yet. In a running session the account is the session's. */
function namesTheAccount({ interaction, next }: SigningIn): boolean {
  return interaction.prompt === 'login' && next.page === 'password';
}

function again(ctx: PageContext, at: SigningIn, refusal: Refused): Answer | Promise<Answer> {
  const text =
    refusal.reason === 'other-organization'
      ? ctx.t('sign-in:other_organization', { app: clientName(at.interaction.client, ctx.t) })
      : factorRefusalText(ctx, 'passkey', refusal);
  return showNext(ctx, at, failing(refusal, { text }));
}
