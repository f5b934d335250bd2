import { z } from 'zod';
import { beginRecovery } from '../../../flows/begin-recovery.ts';
import { type Answer, type PageError, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { type Origin, readOrigin } from '../sign-in/origin.ts';
import { SENT } from './walk.ts';

const form = z.object({ username: field(320) });

/** "Lost your credentials?" (SPEC T2): the answer is the same for every name. */
export const lostCredentialsPage = page('/lost-credentials', {
  async get(ctx) {
    const origin = await greet(ctx);
    return show(ctx, origin, origin?.identifier ?? '');
  },

  async post(ctx) {
    const origin = await greet(ctx);
    const { username } = ctx.form(form);
    if (username.trim() === '')
      return show(ctx, origin, '', [{ field: 'username', text: ctx.t('recovery:username_missing') }]);
    await beginRecovery(
      ctx.ports,
      ctx.visitor,
      {
        identifier: username,
        organizationId: ctx.organization.id,
        locale: ctx.locale,
        interactionUid: origin?.uid ?? null,
        clientId: origin?.clientId ?? null,
        request: origin?.request ?? null,
      },
      ctx.cookies.issue('recovery'),
    );
    ctx.cookies.clear('receipt');
    return seeOther(SENT);
  },
});

/** Whose sign-in led here, with language and branding set by it. */
async function greet(ctx: PageContext): Promise<Origin | undefined> {
  const origin = readOrigin(ctx);
  if (origin) {
    await ctx.knowing({
      uiLocales: origin.uiLocales,
      clientId: origin.clientId,
      organizationId: origin.organizationId,
    });
  }
  return origin;
}

function show(
  ctx: PageContext,
  origin: Origin | undefined,
  username: string,
  errors: readonly PageError[] = [],
): Answer {
  const back = origin ? `/sign-in/${origin.uid}` : '/account';
  return render('recovery/lost-credentials', ctx.t('recovery:title'), { username, back: ctx.url(back) }, { errors });
}
