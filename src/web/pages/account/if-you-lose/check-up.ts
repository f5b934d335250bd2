import { type Addition, type CheckUp, checkUp } from '../../../../domain/check-up.ts';
import { countsFrom } from '../../../../domain/contact.ts';
import { belongingsOf } from '../../../../flows/belongings.ts';
import type { Account } from '../../../../flows/ports.ts';
import { type Answer, render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage } from '../console-page.ts';
import { rowOf } from './if-you-lose.ts';
import { ADD_AT, ifLost, isLockOut, speakerOf, toAdd, whyOf } from './words.ts';

const DAY = 86_400_000;

/** The check-up: the one next step that helps most, and one button that leads to where it is done. */
export const checkUpPage = consolePage('/account/check-up', {
  section: 'if-you-lose',
  get: (ctx, { account }) => {
    const found = checkUp(account.policy, belongingsOf(account, ctx.ports));
    return found.step === null ? showNone(ctx, account, found) : showStep(ctx, account, found, found.step);
  },
});

function showStep(ctx: PageContext, account: Account, { helps, together }: CheckUp, step: Addition): Answer {
  const speaker = speakerOf(ctx, account);
  return render('account/check-up', toAdd(speaker, step), {
    why: whyOf(speaker, helps),
    helps: helps.map(({ thing }) => ifLost(speaker, thing)),
    outcome: together
      ? ctx.t('if-you-lose:with_both', { other: toAdd(speaker, together) })
      : ctx.t(isLockOut(helps) ? 'if-you-lose:with_it' : 'if-you-lose:with_it_number'),
    about: [ctx.t(`if-you-lose:about_${step}`), ...restOf(ctx, account, step)].join(' '),
    button: { text: toAdd(speaker, step), href: speaker.url(ADD_AT[step]) },
  });
}

/** An address or number besides others does not count at once (issue 3.1). */
function restOf({ t, ports }: PageContext, account: Account, step: Addition): string[] {
  if (step !== 'email' && step !== 'phone') return [];
  const now = ports.now();
  const counts = countsFrom(account.policy, step, account.contacts, account.formerContacts, now);
  return counts > now ? [t('if-you-lose:rest', { count: Math.ceil((counts - now) / DAY) })] : [];
}

/** Nothing to do: either all is well, or nothing that could be added would help. */
function showNone(ctx: PageContext, account: Account, { open }: CheckUp): Answer {
  const speaker = speakerOf(ctx, account);
  const isWell = open.every(({ thing }) => thing.kind === 'all-devices');
  return render('account/check-up-done', ctx.t(isWell ? 'if-you-lose:well_title' : 'if-you-lose:open_title'), {
    isWell,
    open: open.map((loss) => rowOf(speaker, { ...loss, add: null })),
  });
}
