import { render, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { page } from '../../frame/page.ts';
import { type ReceiptNote, readNote } from './notes.ts';
import { DONE, journeyHere, OVER } from './walk.ts';

/** The receipt (LOOK "Before and after"): what was set, removed, ended, who was told, and the one thing to do next. */
export const donePage = page(DONE, {
  async get(ctx) {
    await journeyHere(ctx);
    const note = readNote(ctx, 'receipt');
    if (!note) return seeOther(OVER);
    const { onward } = note;
    const locals = {
      rows: rowsOf(ctx, note),
      onward,
      elsewhere: note.elsewhere,
      home: ctx.url('/account'),
      signedIn: onward?.signedIn,
    };
    return render(
      'recovery/done',
      ctx.t(note.set.includes('password') ? 'receipt:password_title' : 'receipt:factor_title'),
      locals,
    );
  },
});

function rowsOf(ctx: PageContext, note: ReceiptNote) {
  const { t } = ctx;
  const removed = note.removed.map((factor) => factor.label || t(`receipt:kind_${factor.kind}`));
  return [
    { key: t('receipt:set'), value: note.set.map((kind) => t(`receipt:kind_${kind}`)), icon: 'circle-check' },
    ...(removed.length > 0 ? [{ key: t('receipt:removed'), value: removed, icon: 'circle-minus' }] : []),
    { key: t('receipt:sessions'), value: t('receipt:sessions_ended', { count: note.sessionsEnded }), icon: 'log-out' },
    ...(note.told.length > 0 ? [{ key: t('receipt:told'), value: note.told, icon: 'mail' }] : []),
  ];
}
