import { z } from 'zod';
import { askForEmergencyCode, LONGEST } from '../../../flows/ask-for-emergency-code.ts';
import { isStoppable, stateOfRequest, stopRequest } from '../../../flows/stop-emergency-request.ts';
import { formatDateTime } from '../../../i18n/dates.ts';
import { type Answer, type PageSettings, refuse, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { greet } from '../recovery/lost-credentials.ts';
import { triesRefused } from '../recovery/refusals.ts';
import { REQUEST } from './request-path.ts';
import { linksOf } from './walk.ts';

const STATE = `${REQUEST}/:token`;
const STOP = '/emergency-access/stop/:token';

const form = z.object({ username: field(320), reason: field(LONGEST.reason), reach: field(LONGEST.reach) });
type Typed = z.infer<typeof form>;

/** Asks the help desk (SPEC M6). Whoever asks gets an address to look at again; the same for every name (ATTACKS A11). */
const requestPage = page(REQUEST, {
  async get(ctx) {
    const origin = await greet(ctx);
    if (!(await isOffered(ctx))) return refuse('not-found');
    return show(ctx, { username: origin?.identifier ?? '', reason: '', reach: '' });
  },

  async post(ctx) {
    await greet(ctx);
    if (!(await isOffered(ctx))) return refuse('not-found');
    const typed = ctx.form(form);
    const { username, reason, reach } = typed;
    const errors = [
      ...(username.trim() === '' ? [{ field: 'username', text: ctx.t('sign-in:username_missing') }] : []),
      ...(reason.trim() === '' ? [{ field: 'reason', text: ctx.t('emergency:request_reason_missing') }] : []),
      ...(reach.trim() === '' ? [{ field: 'reach', text: ctx.t('emergency:request_reach_missing') }] : []),
    ];
    if (errors.length > 0) return show(ctx, typed, { errors });
    const asked = { identifier: username.trim(), organizationId: ctx.organization.id, reason, reach };
    const done = await askForEmergencyCode(ctx.ports, ctx.visitor, asked);
    if (done.outcome === 'filed') return seeOther(STATE.replace(':token', done.token));
    if (done.reason === 'slow-down') return show(ctx, typed, triesRefused(ctx, done));
    const named = done.reason === 'no-reason' ? 'reason' : 'reach';
    return show(ctx, typed, { errors: [{ field: named, text: ctx.t(`emergency:request_${named}_missing`) }] });
  },
});

/** What became of a request: for whoever has its address, without signing in. No code is ever shown here. */
const statePage = page(STATE, {
  async get(ctx) {
    const found = await stateOfRequest(ctx.ports, ctx.params['token'] ?? '');
    if (!found) return refuse('not-found');
    const { state, answer, createdAt, expiresAt } = found;
    const locals = {
      asked: ctx.t('emergency:state_asked', { when: formatDateTime(ctx.locale, createdAt) }),
      text: ctx.t(`emergency:state_${state}_text`, { until: formatDateTime(ctx.locale, expiresAt) }),
      answer: state === 'refused' && answer !== null ? answer : undefined,
      waits: state === 'open',
      again: state === 'aged' || state === 'refused' ? ctx.url(REQUEST) : undefined,
      links: linksOf(ctx),
    };
    return render('emergency/request-state', ctx.t(`emergency:state_${state}_title`), locals, { returnTo: REQUEST });
  },
});

/**
 * "I did not ask": the page behind the link of the message, which changes nothing until the two digits of it are typed (ATTACKS A10, A36).
 */
const stopPage = page(STOP, {
  async get(ctx) {
    return showStop(ctx, (await isStoppable(ctx.ports, ctx.params['token'] ?? '')) ? 'ask' : 'over');
  },
  async post(ctx) {
    const { digits } = ctx.form(z.object({ digits: field(20) }));
    const done = await stopRequest(ctx.ports, ctx.visitor, { token: ctx.params['token'] ?? '', digits });
    if (done.outcome === 'stopped') return showStop(ctx, 'done');
    if (done.reason === 'over') return showStop(ctx, 'over');
    if (done.reason === 'slow-down') return showStop(ctx, 'ask', triesRefused(ctx, done), digits);
    const wrong = done.reason === 'wrong-digits' ? 'emergency:stop_wrong' : 'not-me:not_two_digits';
    const text = ctx.t(digits.trim() === '' ? 'not-me:digits_missing' : wrong);
    return showStop(ctx, 'ask', { errors: [{ field: 'digits', text }] }, digits);
  },
});

export const requestPages: readonly Page[] = [requestPage, statePage, stopPage];

async function isOffered({ ports, organization }: PageContext): Promise<boolean> {
  const found = await ports.store.accounts.policyFor(organization.id);
  return found?.policy.emergencyCode.operator.requests ?? false;
}

function show(ctx: PageContext, typed: Typed, settings: PageSettings = {}): Answer {
  const locals = { typed, links: linksOf(ctx) };
  return render('emergency/request', ctx.t('emergency:request_title'), locals, { returnTo: REQUEST, ...settings });
}

function showStop(ctx: PageContext, state: 'ask' | 'done' | 'over', settings: PageSettings = {}, digits = ''): Answer {
  const locals = { state, digits, text: ctx.t(`emergency:stop_${state}_text`), links: linksOf(ctx) };
  const title = ctx.t(`emergency:stop_${state}_title`);
  return render('emergency/stop', title, locals, {
    returnTo: REQUEST,
    ...(state === 'over' && { status: 410 }),
    ...settings,
  });
}
