import { z } from 'zod';
import type { Journey } from '../../../domain/journey.ts';
import { confirmNewRestoreCode } from '../../../flows/confirm-new-restore-code.ts';
import { type Answer, type PageError, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { asFile, onPaper } from '../restore-code/copies.ts';
import { faultText } from '../restore-code/fault.ts';
import { keptCode, type ReceiptNote, readReceipt } from './receipt-note.ts';

/**
 * The new restore code of a receipt as a text file and on paper, for as long as the receipt shows it: in the browser of the recovery or
 * invitation only (SPEC S2, S3). `done`: the path of the receipt.
 */
export function codeCopies(
  done: string,
  kind: ReceiptNote['kind'],
  load: (ctx: PageContext) => Promise<unknown>,
): readonly Page[] {
  const copy = (path: string, give: typeof asFile | typeof onPaper) =>
    page(path, {
      get: () => seeOther(done),
      async post(ctx) {
        await load(ctx);
        ctx.form(z.object({}));
        const note = readReceipt(ctx, kind);
        if (!note?.code?.code) return seeOther(done);
        return give(ctx, { username: note.username, code: note.code.code }, done);
      },
    });
  return [copy(`${done}/file`, asFile), copy(`${done}/paper`, onPaper)];
}

/** The new code is typed back (SPEC S3, S12): the receipt without it, or what is wrong. */
export async function typedBack(
  ctx: PageContext,
  done: string,
  { journey, note }: { readonly journey: Journey; readonly note: ReceiptNote },
): Promise<Answer | { readonly errors: readonly PageError[] }> {
  const { restore_code: typed } = ctx.form(z.object({ restore_code: field(512) }));
  const outcome = await confirmNewRestoreCode(ctx.ports, ctx.visitor, journey, typed);
  if (outcome.outcome === 'confirmed') {
    keptCode(ctx, note);
    return seeOther(done);
  }
  const { reason } = outcome;
  const own = reason === 'another-code' || reason === 'over' ? ctx.t(`receipt:code_${reason}`) : undefined;
  return { errors: [{ field: 'restore_code', text: own ?? faultText(ctx, reason, typed) }] };
}
