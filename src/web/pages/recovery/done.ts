import type { Journey } from '../../../domain/journey.ts';
import type { Finished } from '../../../flows/outcome.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { dropLink } from '../links/link-note.ts';
import { codeCopies, typedBack } from '../receipt/new-code.ts';
import { keepReceipt, type ReceiptNote, readReceipt } from '../receipt/receipt-note.ts';
import { type NextThing, showReceipt } from '../receipt/show-receipt.ts';
import { DONE, journeyHere, OVER } from './walk.ts';

const CONTINUE = '/lost-credentials/continue';

/**
 * A recovery came to its end: hands the sign-in to the application's request where this browser holds that (SPEC T8). From then on
 * it waits there, to be taken up once, by this browser; whatever ends the account's sessions meanwhile ends it too (ATTACKS A19).
 */
export async function finished(ctx: PageContext, done: Finished): Promise<Answer> {
  const { journey, account, session } = done;
  const resume =
    journey.interactionUid !== null && session
      ? await ctx.interactions.finish(ctx, journey.interactionUid, {
          login: { accountId: account.id, ...session },
          journeyId: journey.id,
          recovered: true,
        })
      : undefined;
  keepReceipt(ctx, 'recovery', done, resume);
  dropLink(ctx);
  ctx.cookies.clear('origin');
  return seeOther(DONE);
}

/** The receipt, and the one thing to do next. */
const donePage = page(DONE, {
  async get(ctx) {
    const journey = await journeyHere(ctx);
    const note = readReceipt(ctx, 'recovery');
    return note ? showReceipt(ctx, note, await nextThing(ctx, note, journey)) : seeOther(OVER);
  },

  /** The new restore code is typed back: in the browser of this recovery only (SPEC S3). */
  async post(ctx) {
    const journey = await journeyHere(ctx);
    const note = readReceipt(ctx, 'recovery');
    if (!journey || !note) return seeOther(OVER);
    const typed = await typedBack(ctx, DONE, { journey, note });
    return 'kind' in typed ? typed : showReceipt(ctx, note, await nextThing(ctx, note, journey), typed);
  },
});

/**
 * On to the application: the request that waits, once; when it was taken up already (a reload, the back button) or is gone, the same
 * request anew, which finds the session or asks for a sign-in. So pressing it twice leads nowhere else.
 */
const continuePage = page(CONTINUE, {
  async get(ctx) {
    const journey = await journeyHere(ctx);
    const note = readReceipt(ctx, 'recovery');
    if (!journey?.request || !note) return seeOther(OVER);
    const { interactionUid, request } = journey;
    const waits = note.resume !== null && interactionUid !== null && (await ctx.interactions.find(ctx, interactionUid));
    return seeOther(waits && note.resume !== null ? note.resume : ctx.interactions.restartUrl(request));
  },
});

export const donePages: readonly Page[] = [donePage, ...codeCopies(DONE, 'recovery', journeyHere), continuePage];

async function nextThing(ctx: PageContext, note: ReceiptNote, journey: Journey | undefined): Promise<NextThing> {
  const { t } = ctx;
  const app = journey?.request && journey.clientId ? await ctx.clientName(journey.clientId) : undefined;
  if (app === undefined)
    return {
      text: t(note.undone ? 'receipt:sign_in_unblocked' : 'receipt:go_back'),
      way: { href: ctx.url('/account'), text: t('receipt:sign_in') },
    };
  const href = ctx.url(CONTINUE);
  if (note.resume !== null)
    return { text: t('receipt:continue_text'), way: { href, text: t('receipt:continue_to', { app }) } };
  const password = note.set.length > 1 ? 'receipt:sign_in_both' : 'receipt:sign_in_password';
  const text = note.undone
    ? 'receipt:sign_in_unblocked'
    : note.set.includes('password')
      ? password
      : 'receipt:sign_in_factor';
  return { text: t(text), way: { href, text: t('receipt:sign_in_to', { app }) } };
}
