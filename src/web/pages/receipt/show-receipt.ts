import type { TextKey } from '../../../i18n/translate.ts';
import { type Answer, type PageSettings, render } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { onScreen } from '../restore-code/copies.ts';
import type { ReceiptNote } from './receipt-note.ts';

/** The one thing to do next. */
export interface NextThing {
  /** What to do, in words. */
  readonly text: string;
  /** The button that does it, where there is one in this browser. */
  readonly way?: { readonly href: string; readonly text: string };
}

/** The receipt (LOOK "Before and after"): what was set, what was removed, which sessions ended, who was told, what to do next. */
export async function showReceipt(
  ctx: PageContext,
  note: ReceiptNote,
  next: NextThing,
  settings: PageSettings = {},
): Promise<Answer> {
  const { code } = note;
  const done = note.kind === 'recovery' ? '/lost-credentials/done' : '/invitation/done';
  const copies = { file: `${done}/file`, paper: `${done}/paper` };
  const locals = {
    rows: rowsOf(ctx, note),
    next,
    contestable: note.told.length > 0 && !note.undone,
    ...(code && {
      code: {
        kept: code.kept,
        first: note.kind === 'invitation',
        ...(!code.kept && (await onScreen(ctx, code.code, copies))),
      },
    }),
  };
  return render('receipt/receipt', ctx.t(titleOf(note)), locals, settings);
}

function titleOf({ kind, set, kept, undone }: ReceiptNote): TextKey {
  if (kind === 'invitation') return 'receipt:account_title';
  if (undone) return 'receipt:unblocked_title';
  if (!set.includes('password')) return kept ? 'receipt:factor_beside_title' : 'receipt:factor_title';
  return set.length > 1 ? 'receipt:both_title' : 'receipt:password_title';
}

function rowsOf({ t }: PageContext, { kind, username, set, removed, kept, sessionsEnded, undone, told }: ReceiptNote) {
  const whom = (contact: ReceiptNote['told'][number]) =>
    contact.kind === 'email' ? contact.value : t('receipt:told_phone', { number: contact.value });
  const called = (all: ReceiptNote['removed']) => all.map((held) => held.label || t(`receipt:kind_${held.kind}`));
  const names = called(removed);
  const named = (all: NonNullable<ReceiptNote['undone']>['removed']) =>
    all.map(({ kind: what, name }) => name || t(`receipt:kind_${what}`));
  const off = named(undone?.off ?? []);
  return [
    ...(kind === 'invitation' || undone?.renamed
      ? [{ key: t('receipt:username'), value: username, icon: 'user' }]
      : []),
    { key: t('receipt:set'), value: set.map((credential) => t(`receipt:kind_${credential}`)), icon: 'circle-check' },
    ...(names.length > 0 ? [{ key: t('receipt:removed'), value: names, icon: 'circle-minus' }] : []),
    ...row(t('receipt:kept'), called(kept ?? []), 'smartphone'),
    ...row(t('receipt:undone_removed'), named(undone?.removed ?? []), 'undo-2'),
    ...row(t('receipt:undone_revived'), named(undone?.revived ?? []), 'rotate-ccw'),
    ...row(t('receipt:undone_off'), off.length > 0 ? [...off, t('receipt:undone_off_hint')] : [], 'circle-pause'),
    ...(kind === 'recovery'
      ? [
          {
            key: t('receipt:sessions'),
            value:
              sessionsEnded === 0 ? t('receipt:sessions_none') : t('receipt:sessions_ended', { count: sessionsEnded }),
            icon: 'log-out',
          },
        ]
      : []),
    ...(told.length > 0 ? [{ key: t('receipt:told'), value: told.map(whom), icon: 'mail' }] : []),
  ];
}

const row = (key: string, value: readonly string[], icon: string) => (value.length > 0 ? [{ key, value, icon }] : []);
