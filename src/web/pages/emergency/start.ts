import { z } from 'zod';
import { beginEmergencyAccess, beginEmergencyAccessByMail, beginningsOf } from '../../../flows/emergency-access.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { greet, requestOf } from '../recovery/lost-credentials.ts';
import { networkRefused } from '../recovery/refusals.ts';
import { failing, passwordRefusalText } from '../sign-in/refusal-text.ts';
import { requestPath } from './request-path.ts';
import { linksOf, START, STEP } from './walk.ts';

const form = z.object({ username: field(320), password: field().optional() });

/** "Emergency access" (SPEC M2): who it is, and the proof that the organization's ways begin with. The same for every name. */
export const startPage = page(START, {
  async get(ctx) {
    const origin = await greet(ctx);
    return show(ctx, origin?.identifier ?? '');
  },

  async post(ctx) {
    const origin = await greet(ctx);
    const { username, password } = ctx.form(form);
    const begins = await beginnings(ctx);
    const byPassword = begins.includes('password');
    if (begins.length === 0) return show(ctx, username);
    const errors = [
      ...(username.trim() === '' ? [{ field: 'username', text: ctx.t('sign-in:username_missing') }] : []),
      ...(byPassword && !password ? [{ field: 'password', text: ctx.t('sign-in:password_missing') }] : []),
    ];
    if (errors.length > 0) return show(ctx, username, { errors });
    const secret = ctx.cookies.prepare('emergency');
    const asked = requestOf(ctx, origin, username);
    if (!byPassword) {
      const sent = await beginEmergencyAccessByMail(ctx.ports, ctx.visitor, asked, secret.hash);
      if (sent.outcome === 'refused') return show(ctx, username, networkRefused(ctx, sent));
    } else {
      const outcome = await beginEmergencyAccess(
        ctx.ports,
        ctx.visitor,
        { ...asked, password: password ?? '' },
        secret.hash,
      );
      if (outcome.outcome === 'refused') {
        const text =
          outcome.reason === 'account-suspended' ? ctx.t('sign-in:suspended_text') : passwordRefusalText(ctx, outcome);
        return show(ctx, username, failing(outcome, { field: 'password', text }));
      }
    }
    secret.give();
    return seeOther(STEP);
  },
});

async function beginnings({ ports, organization }: PageContext) {
  const found = await ports.store.accounts.policyFor(organization.id);
  return found ? beginningsOf(found.policy) : [];
}

async function show(ctx: PageContext, username: string, settings: PageSettings = {}): Promise<Answer> {
  const begins = await beginnings(ctx);
  const policy = (await ctx.ports.store.accounts.policyFor(ctx.organization.id))?.policy;
  const locals = {
    ask: requestPath(ctx, policy),
    username,
    offered: begins.length > 0,
    password: begins.includes('password'),
    links: linksOf(ctx),
  };
  return render('emergency/start', ctx.t('emergency:title'), locals, { returnTo: START, ...settings });
}
