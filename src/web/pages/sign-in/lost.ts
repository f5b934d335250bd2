import { z } from 'zod';
import { nextPage } from '../../../flows/next.ts';
import { leadsBack, losable, reportLost, waysLeft } from '../../../flows/report-lost.ts';
import { verdictOn } from '../../../flows/standing.ts';
import { translator } from '../../../i18n/translate.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { loadBegun, signInPath } from './load.ts';
import { failing, waitWords } from './refusal-text.ts';
import { MOSTLY, namesOf, type Reporting, showLost, showSwitchedOff } from './show-lost.ts';

const ticked = field(10).optional();
const form = z.object({ totp: ticked, passkey: ticked, 'sms-code': ticked });

/**
 * "My phone is lost: switch it off", after the password alone (SPEC S13): says first what is switched off, what happens and the way back. It
 * names kinds of second factors, as the page before it does, and neither names nor addresses: whoever reads it may know the
 * password and nothing else.
 */
const lostPage = page('/sign-in/:uid/lost', {
  get: async (ctx) => {
    const reporting = await load(ctx);
    if (isAnswer(reporting)) return reporting;
    const mostly = reporting.kinds.filter((kind) => MOSTLY.includes(kind));
    return showLost(ctx, reporting, mostly);
  },
  post: async (ctx) => {
    const reporting = await load(ctx);
    if (isAnswer(reporting)) return reporting;
    const { at, account, kinds } = reporting;
    const typed = ctx.form(form);
    const chosen = kinds.filter((kind) => typed[kind] !== undefined);
    if (chosen.length === 0)
      return showLost(ctx, reporting, [], { errors: [{ field: kinds[0] ?? '', text: ctx.t('lost:missing') }] });
    const called = namesOf(translator(account.locale), account.locale, chosen);
    const outcome = await reportLost(ctx.ports, ctx.visitor, at.journey, chosen, called);
    if (outcome.outcome === 'advanced') return seeOther(signInPath(at.interaction.uid, '/lost/done'));
    if (outcome.reason === 'not-asked') return seeOther(signInPath(at.interaction.uid));
    const text = ctx.t('lost:slow_down', { when: waitWords(ctx, outcome.until ?? ctx.ports.now()) });
    return showLost(ctx, reporting, chosen, failing(outcome, { text }));
  },
});

/** What was switched off on this journey, and the one thing to do now. */
const donePage = page('/sign-in/:uid/lost/done', {
  get: async (ctx) => {
    const at = await loadBegun(ctx);
    if ('kind' in at) return at;
    const { interaction, journey, account } = at;
    const { lost } = journey.state;
    if (!account || !lost) return seeOther(signInPath(interaction.uid));
    const next = nextPage(journey, account, verdictOn(ctx.ports, account, journey));
    const left = next.page === 'second-factor' ? 'others' : waysLeft(ctx.ports, journey, account, []).anew;
    return showSwitchedOff(ctx, at, lost, left, leadsBack(ctx.ports, account, lost));
  },
});

export const lostPages: readonly Page[] = [lostPage, donePage];

/** Leads to the page whose turn it is when nothing may be reported on this journey (ATTACKS A1, A4). */
async function load(ctx: PageContext): Promise<Reporting | Answer> {
  const at = await loadBegun(ctx);
  if ('kind' in at) return at;
  const { account, journey, interaction } = at;
  const kinds = account ? losable(ctx.ports, journey, account) : [];
  return account && kinds.length > 0 ? { at, account, kinds } : seeOther(signInPath(interaction.uid));
}

const isAnswer = (reporting: Reporting | Answer): reporting is Answer => 'kind' in reporting;
