import type { ContactKind } from '../../../../domain/contact.ts';
import type { ContactRefusal } from '../../../../flows/account/new-contact.ts';
import type { Refused } from '../../../../flows/outcome.ts';
import type { PageError, PageSettings } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { waitWords } from '../../sign-in/refusal-text.ts';

/** Too many codes were asked for, or too much was changed: with a time (RFC 6585, 4). */
export function tooOften(
  ctx: PageContext,
  { until = ctx.ports.now() }: Pick<Refused<string>, 'until'>,
  key: 'contacts:too_often' | 'contacts:changes_too_often' | 'contacts:slow_down' | 'activity:export_too_often',
): PageSettings {
  const retryAfter = Math.max(1, Math.ceil((until - ctx.ports.now()) / 1000));
  return { status: 429, retryAfter, errors: [{ text: ctx.t(key, { when: waitWords(ctx, until) }) }] };
}

/** What is wrong with an address or number that was typed. */
export function addError(
  ctx: PageContext,
  kind: ContactKind,
  reason: Exclude<ContactRefusal, 'gone' | 'is-username'>,
  typed: string,
): PageError {
  return { field: kind, text: ctx.t(textOf(kind, reason, typed)) };
}

function textOf(kind: ContactKind, reason: Exclude<ContactRefusal, 'gone' | 'is-username'>, typed: string) {
  switch (reason) {
    case 'not-an-address':
    case 'not-a-number':
      return typed.trim() === '' ? (`contacts:${kind}_missing` as const) : (`contacts:${reason}` as const);
    case 'already-yours':
    case 'too-many':
      return `contacts:${reason}_${kind}` as const;
  }
}
