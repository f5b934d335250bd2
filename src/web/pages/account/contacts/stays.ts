import type { RemoveRefusal } from '../../../../flows/account/remove-contact.ts';
import type { Contact } from '../../../../flows/ports.ts';
import type { TextKey } from '../../../../i18n/translate.ts';
import { type Answer, render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { SECTIONS } from '../sections.ts';
import { contactPath } from './paths.ts';

/** Why an address or number cannot go now, and what can be done instead. */
export function staysPage(
  ctx: PageContext,
  contact: Contact,
  why: Exclude<RemoveRefusal, 'gone' | 'too-much-changed'>,
): Answer {
  const { kind, id, value } = contact;
  const replace: [TextKey, string] = [`contacts:replace_${kind}`, contactPath(id, '/replace')];
  const [text, href] = why === 'is-username' ? (['contacts:to_username', '/account/username'] as const) : replace;
  const locals = {
    value,
    why: ctx.t(`contacts:stays_${why}`),
    instead: { text: ctx.t(text), href: ctx.url(href) },
    back: ctx.url(SECTIONS.account),
  };
  return render('account/contacts/stays', ctx.t(`contacts:stays_title_${kind}`), locals, {
    status: 409,
    returnTo: contactPath(id),
  });
}
