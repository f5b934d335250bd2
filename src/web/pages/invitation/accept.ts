import type { Finished } from '../../../flows/outcome.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { dropLink } from '../links/link-note.ts';
import { newFactorPages } from '../new-factor/new-factor.ts';
import { newPasswordPage } from '../new-password/new-password.ts';
import { codeCopies, typedBack } from '../receipt/new-code.ts';
import { keepReceipt, type ReceiptNote, readReceipt } from '../receipt/receipt-note.ts';
import { showReceipt } from '../receipt/show-receipt.ts';
import { stepsOf } from '../recovery/steps.ts';
import {
  type Acceptance,
  acceptanceHere,
  addressOf,
  DONE,
  INVITATION,
  invitationHere,
  NEW_FACTOR,
  NEW_PASSWORD,
  OVER,
  onward,
} from './walk.ts';

const passwordPage = newPasswordPage<Acceptance>(NEW_PASSWORD, {
  load: (ctx) => itsTurn(ctx, NEW_PASSWORD),
  onward: (ctx, outcome) => (outcome.outcome === 'advanced' ? onward(outcome) : finished(ctx, outcome)),
  turn: INVITATION,
  around: (ctx, acceptance) => ({ steps: stepsOf(ctx, acceptance), before: undefined }),
});

const factorPages = newFactorPages<Acceptance>(NEW_FACTOR, {
  load: (ctx) => itsTurn(ctx, NEW_FACTOR),
  done: (ctx, _acceptance, completed) =>
    completed.outcome === 'finished' ? finished(ctx, completed) : seeOther(INVITATION),
  turn: () => INVITATION,
  around: (ctx, acceptance) => ({ steps: stepsOf(ctx, acceptance) }),
});

/** There is no session: the person signs in, with what was just set. */
const donePage = page(DONE, {
  get(ctx) {
    const note = readReceipt(ctx, 'invitation');
    return note ? showDone(ctx, note) : seeOther(OVER);
  },

  /** The restore code that came with the second factor is typed back (SPEC S12). */
  async post(ctx) {
    const journey = await invitationHere(ctx);
    const note = readReceipt(ctx, 'invitation');
    if (!journey || !note) return seeOther(OVER);
    const typed = await typedBack(ctx, DONE, { journey, note });
    return 'kind' in typed ? typed : showDone(ctx, note, typed);
  },
});

function showDone(ctx: PageContext, note: ReceiptNote, settings: PageSettings = {}): Promise<Answer> {
  const text = note.set.length > 1 ? 'receipt:sign_in_both' : 'receipt:sign_in_password';
  const way = { href: ctx.url('/account'), text: ctx.t('receipt:sign_in') };
  return showReceipt(ctx, note, { text: ctx.t(text), way }, settings);
}

/** Expired, used, or never was: an invitation that was taken up leads to signing in, another one is asked for. */
const overPage = page(OVER, {
  get(ctx) {
    dropLink(ctx);
    const locals = { signIn: ctx.url('/account'), lost: ctx.url('/lost-credentials'), support: ctx.brand.supportHref };
    return render('invitation/over', ctx.t('invitation:over_title'), locals, { status: 410 });
  },
});

export const acceptPages: readonly Page[] = [
  passwordPage,
  ...factorPages,
  donePage,
  ...codeCopies(DONE, 'invitation', invitationHere),
  overPage,
];

async function itsTurn(ctx: PageContext, path: string): Promise<Acceptance | Answer> {
  const begun = await acceptanceHere(ctx);
  if ('kind' in begun) return begun;
  const turn = addressOf(begun.next);
  return turn === path ? begun : seeOther(turn);
}

function finished(ctx: PageContext, done: Finished): Answer {
  keepReceipt(ctx, 'invitation', done);
  dropLink(ctx);
  return seeOther(DONE);
}
