import { maskEmail } from '../../../domain/email-address.ts';
import { maskPhone } from '../../../domain/phone.ts';
import type { Finished } from '../../../flows/outcome.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { type ReceiptNote, writeNote } from './notes.ts';
import { DONE } from './walk.ts';

/**
 * A recovery came to its end: hands the sign-in to the application's request where this browser holds it (SPEC T8), and puts the
 * receipt, sealed, into a cookie of this browser, so that reloading the page shows it again and repeats nothing.
 */
export async function finished(ctx: PageContext, { journey, account, session, receipt }: Finished): Promise<Answer> {
  const { interactionUid: uid, clientId, request } = journey;
  const login = session && { login: { accountId: account.id, ...session }, journeyId: journey.id };
  const resumed = uid && login ? await ctx.interactions.finish(ctx, uid, login) : undefined;
  const url = resumed ?? (request ? ctx.interactions.restartUrl(request) : undefined);
  const name = clientId ? await ctx.clientName(clientId) : undefined;
  writeNote(ctx, 'receipt', {
    kind: 'recovery',
    ...receipt,
    set: [...receipt.set],
    removed: receipt.removed.map((factor) => ({ ...factor })),
    told: receipt.told.map(({ kind, value }) => (kind === 'email' ? maskEmail(value) : maskPhone(value))),
    onward: url ? { url, name: name ?? '', signedIn: resumed !== undefined } : null,
    elsewhere: request === null,
  } satisfies ReceiptNote);
  ctx.cookies.clear('origin');
  return seeOther(DONE);
}
