import { z } from 'zod';
import { RECOVERY_GOALS } from '../../../domain/policy.ts';
import { beginRecovery, type RecoveryRequest } from '../../../flows/begin-recovery.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { dropLink } from '../links/link-note.ts';
import { signInPath } from '../sign-in/load.ts';
import { type Origin, readOrigin } from '../sign-in/origin.ts';
import { networkRefused } from './refusals.ts';
import { journeyHere, RESTORE, SENT, START } from './walk.ts';

const form = z.object({ username: field(320) });

/** "Lost your credentials?" (SPEC T2): the answer is the same for every name. */
export const lostCredentialsPage = page(START, {
  async get(ctx) {
    const origin = await greet(ctx);
    return show(ctx, origin, origin?.identifier || (await typedBefore(ctx)));
  },

  async post(ctx) {
    const origin = await greet(ctx);
    const { username } = ctx.form(form);
    if (username.trim() === '')
      return show(ctx, origin, '', { errors: [{ field: 'username', text: ctx.t('recovery:username_missing') }] });
    const secret = ctx.cookies.prepare('recovery');
    const outcome = await beginRecovery(ctx.ports, ctx.visitor, requestOf(ctx, origin, username), secret.hash);
    if (outcome.outcome === 'refused') return show(ctx, origin, username, networkRefused(ctx, outcome));
    secret.give();
    dropLink(ctx);
    ctx.cookies.clear('receipt');
    return seeOther(SENT);
  },
});

/** What is asked for, with the sign-in that led here: the recovery ends there. */
export function requestOf(ctx: PageContext, origin: Origin | undefined, username: string): RecoveryRequest {
  return {
    identifier: username.trim(),
    organizationId: ctx.organization.id,
    locale: ctx.locale,
    interactionUid: origin?.uid ?? null,
    clientId: origin?.clientId ?? null,
    request: origin?.request ?? null,
  };
}

/** The name that this browser asked for before: nobody types it twice (WCAG 3.3.7). */
export async function typedBefore(ctx: PageContext): Promise<string> {
  const journey = await journeyHere(ctx);
  return journey?.completedAt === null ? journey.identifier : '';
}

/** Whose sign-in led here, with language and branding set by it. */
export async function greet(ctx: PageContext): Promise<Origin | undefined> {
  const origin = readOrigin(ctx);
  if (origin) {
    const { uiLocales, clientId, organizationId } = origin;
    await ctx.knowing({ uiLocales, clientId, organizationId });
  }
  return origin;
}

async function show(
  ctx: PageContext,
  origin: Origin | undefined,
  username: string,
  settings: PageSettings = {},
): Promise<Answer> {
  const back = await wayBack(ctx, origin);
  const restore = (await offersRestoring(ctx)) ? ctx.url(RESTORE) : undefined;
  return render('recovery/lost-credentials', ctx.t('recovery:title'), { username, back, restore }, settings);
}

/** Where the organization has ways with a restore code at all: it says nothing of any account. */
async function offersRestoring({ ports, organization }: PageContext): Promise<boolean> {
  const found = await ports.store.accounts.policyFor(organization.id);
  return RECOVERY_GOALS.some((goal) =>
    found?.policy.routes[goal].some(({ proofs }) => proofs.includes('restore-code')),
  );
}

/** To the sign-in that led here while this browser holds it, else to the application's request anew; without one to the account. */
async function wayBack(ctx: PageContext, origin: Origin | undefined): Promise<string> {
  if (!origin) return ctx.url('/account');
  const { uid, request } = origin;
  if (await ctx.interactions.find(ctx, uid)) return ctx.url(signInPath(uid));
  return request ? ctx.interactions.restartUrl(request) : ctx.url('/account');
}
