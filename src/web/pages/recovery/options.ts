import type { RecoveryGoal } from '../../../domain/policy.ts';
import type { RefusalReason, Verdict } from '../../../domain/verdict.ts';
import type { Account } from '../../../flows/ports.ts';
import type { RecoveryOptions } from '../../../flows/recovery-options.ts';
import { formatDateTime } from '../../../i18n/dates.ts';
import { type Answer, render } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { requestPath } from '../emergency/request-path.ts';
import { CHOOSE } from './walk.ts';

const ICONS: Readonly<Record<RecoveryGoal, string>> = {
  'reset-password': 'key-round',
  'reset-second-factor': 'smartphone',
  'reset-both': 'life-buoy',
  'lift-freeze': 'lock-open',
};

/**
 * The ways that are open, each with a line on what it needs. What is not open says why below them; where
 * nothing is, the page says what can be done instead (SPEC T4).
 */
export function showOptions(ctx: PageContext, account: Account, { open, closed }: RecoveryOptions): Answer {
  const locals = {
    username: account.username,
    action: ctx.url(CHOOSE),
    choices: open.map(({ goal, steps, orRestoreCode }) => ({
      goal,
      icon: ICONS[goal],
      text: ctx.t(`recovery:goal_${goal}`),
      hint: needs(ctx, steps, orRestoreCode),
    })),
    reasons: closed.filter(isTelling).map(({ goal, verdict }) => ({
      goal: ctx.t(`recovery:${open.length > 0 ? 'closed' : 'goal'}_${goal}`),
      text: why(ctx, verdict),
    })),
    ask: requestPath(ctx, account.policy),
    support: ctx.brand.supportHref,
  };
  const title = open.length > 0 ? ctx.t('recovery:choose_title') : ctx.t('recovery:nothing_open_title');
  return render('recovery/choose', title, locals, { returnTo: CHOOSE });
}

type Open = RecoveryOptions['open'][number];

function needs(ctx: PageContext, steps: Open['steps'], orRestoreCode: boolean): string {
  const words = steps.filter((step) => !step.done).map((step) => ctx.t(`recovery:need_${step.proof}`));
  const what = new Intl.ListFormat(ctx.locale, { type: 'conjunction' }).format(words);
  if (words.length === 0) return ctx.t('recovery:needs_nothing');
  return ctx.t(orRestoreCode ? 'recovery:needs_or_restore' : 'recovery:needs', { what });
}

type Closed = RecoveryOptions['closed'][number];

/** A way that the organization does not have at all helps nobody, nor that a frozen account has one way and others not that one. */
function isTelling({ verdict }: Closed): boolean {
  return verdict.verdict === 'wait' || !verdict.reasons.some((reason) => UNTELLING.includes(reason));
}

const UNTELLING: readonly RefusalReason[] = ['no-route', 'not-frozen', 'account-frozen'];

function why(ctx: PageContext, verdict: Extract<Verdict, { verdict: 'wait' | 'refuse' }>): string {
  if (verdict.verdict === 'refuse')
    return verdict.reasons.map((reason) => ctx.t(`recovery:reason_${reason}`)).join(' ');
  return ctx.t(`recovery:wait_${verdict.why}`, { when: formatDateTime(ctx.locale, verdict.until) });
}
