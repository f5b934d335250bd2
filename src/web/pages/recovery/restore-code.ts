import { z } from 'zod';
import { beginRestore } from '../../../flows/begin-restore.ts';
import type { Refused } from '../../../flows/outcome.ts';
import { asksForRestoreCode, proveRestoreCode } from '../../../flows/prove-restore-code.ts';
import { verdictByRestoreCode } from '../../../flows/standing.ts';
import { type Answer, type PageError, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { dropLink } from '../links/link-note.ts';
import { faultText } from '../restore-code/fault.ts';
import { greet, requestOf, typedBefore } from './lost-credentials.ts';
import { triesRefused } from './refusals.ts';
import { stepsOf } from './steps.ts';
import { CHOOSE, isAnswer, onward, RESTORE, RESTORE_CODE, SENT, START, STEP, type Walk, walkHere } from './walk.ts';

const nameAndCode = z.object({ username: field(320), restore_code: field(512).optional() });
const code = z.object({ restore_code: field(512) });

/**
 * "I have my restore code" (SPEC S3): the name and the code, and then the page that waits for the e-mail, whatever was typed. The button on
 * "Lost your credentials?" posts the name that stands there and no code yet.
 */
const restorePage = page(RESTORE, {
  async get(ctx) {
    const origin = await greet(ctx);
    return showBegin(ctx, origin?.identifier || (await typedBefore(ctx)));
  },

  async post(ctx) {
    const origin = await greet(ctx);
    const { username, restore_code: typed } = ctx.form(nameAndCode);
    if (typed === undefined) return showBegin(ctx, username);
    const errors: PageError[] = [
      ...(username.trim() === '' ? [{ field: 'username', text: ctx.t('recovery:username_missing') }] : []),
      ...(typed.trim() === '' ? [{ field: 'restore_code', text: ctx.t('recovery:restore_code_missing') }] : []),
    ];
    if (errors.length > 0) return showBegin(ctx, username, { errors });
    const secret = ctx.cookies.prepare('recovery');
    const asked = { ...requestOf(ctx, origin, username), code: typed };
    const outcome = await beginRestore(ctx.ports, ctx.visitor, asked, secret.hash);
    if (outcome.outcome === 'refused') return showBegin(ctx, username, refusedCode(ctx, outcome, typed));
    secret.give();
    dropLink(ctx);
    ctx.cookies.clear('receipt');
    return seeOther(SENT);
  },
});

/** The same on a recovery whose mailbox is proven, where the policy has a way with it. */
const restoreCodePage = page(RESTORE_CODE, {
  async get(ctx) {
    const walk = await walkHere(ctx);
    if (isAnswer(walk)) return walk;
    return asksForRestoreCode(ctx.ports, walk.account, walk.journey) ? showCode(ctx, walk) : seeOther(STEP);
  },

  async post(ctx) {
    const walk = await walkHere(ctx);
    if (isAnswer(walk)) return walk;
    const { restore_code: typed } = ctx.form(code);
    const outcome = await proveRestoreCode(ctx.ports, ctx.visitor, walk.journey, typed);
    if (outcome.outcome === 'advanced') return onward(outcome);
    if (outcome.reason === 'not-asked') return seeOther(STEP);
    return showCode(ctx, walk, refusedCode(ctx, outcome, typed));
  },
});

export const restoreCodePages: readonly Page[] = [restorePage, restoreCodePage];

function refusedCode(ctx: PageContext, refusal: Refused<string>, typed: string): PageSettings {
  const { reason } = refusal;
  if (reason === 'slow-down') return triesRefused(ctx, refusal);
  const text = reason === 'wrong-code' ? ctx.t('recovery:wrong_restore_code') : faultText(ctx, reason, typed);
  return { errors: [{ field: 'restore_code', text }] };
}

function showBegin(ctx: PageContext, username: string, settings: PageSettings = {}): Answer {
  const locals = { username, action: ctx.url(RESTORE), back: ctx.url(START), support: ctx.brand.supportHref };
  return render('recovery/restore', ctx.t('recovery:restore_title'), locals, { returnTo: RESTORE, ...settings });
}

function showCode(ctx: PageContext, walk: Walk, settings: PageSettings = {}): Answer {
  const locals = {
    username: walk.account.username,
    action: ctx.url(RESTORE_CODE),
    // The ways without one are left open.
    back: ctx.url(CHOOSE),
    support: ctx.brand.supportHref,
  };
  const verdict = verdictByRestoreCode(ctx.ports, walk.account, walk.journey) ?? walk.verdict;
  const steps = stepsOf(ctx, { journey: walk.journey, verdict });
  return render('recovery/restore-code', ctx.t('recovery:restore_title'), locals, {
    steps,
    returnTo: RESTORE_CODE,
    ...settings,
  });
}
