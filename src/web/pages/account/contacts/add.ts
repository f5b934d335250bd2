import { z } from 'zod';
import { type ContactKind, hasSay, hearsUntil } from '../../../../domain/contact.ts';
import type { Policy } from '../../../../domain/policy.ts';
import type { Owner } from '../../../../flows/account/act.ts';
import { addContact } from '../../../../flows/account/add-contact.ts';
import { isUsername } from '../../../../flows/account/new-contact.ts';
import type { Contact } from '../../../../flows/ports.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { Page, PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed, unlessAllowed } from '../console-page.ts';
import { SECTIONS } from '../sections.ts';
import { ADD, CONTACT, confirmPath, contactPath } from './paths.ts';
import { addError, tooOften } from './refusals.ts';
import { staysPage } from './stays.ts';

const form = z.object({ email: field(1_000).optional(), phone: field(1_000).optional() });

/** The form for a new address or number, beside the others or in place of `replaced`. */
interface Asking {
  readonly kind: ContactKind;
  readonly path: string;
  readonly replaced?: Contact;
}

/** A new address or number: a code goes to it, and the next page takes that (STANDARDS E-02, OOB-06). */
export const addPages: readonly Page[] = [
  addPage('email'),
  addPage('phone'),
  consolePage(`${CONTACT}/replace`, {
    section: 'account',
    get: (ctx, owner) => asked(ctx, owner, (asking) => get(ctx, owner, asking)),
    post: (ctx, owner) => asked(ctx, owner, (asking) => post(ctx, owner, asking)),
  }),
];

function addPage(kind: ContactKind): Page {
  const asking = { kind, path: ADD[kind] };
  return consolePage(ADD[kind], {
    section: 'account',
    get: (ctx, owner) => get(ctx, owner, asking),
    post: (ctx, owner) => post(ctx, owner, asking),
  });
}

/** What is to be replaced, by the id in the path. What is not there (any more) leads back to the list. */
function asked<Done>(ctx: PageContext, { account }: Owner, then: (asking: Asking) => Done): Done | Answer {
  const replaced = account.contacts.find(({ id }) => id === ctx.params['id']);
  if (!replaced) return seeOther(SECTIONS.account);
  if (isUsername(account, replaced)) return staysPage(ctx, replaced, 'is-username');
  return then({ kind: replaced.kind, path: contactPath(replaced.id, '/replace'), replaced });
}

function get(ctx: PageContext, owner: Owner, asking: Asking): Answer {
  if (isClosed(ctx, asking)) return smsClosed(ctx);
  return unlessAllowed(ctx, owner, 'change-contact', asking.path) ?? show(ctx, owner, asking, '');
}

async function post(ctx: PageContext, owner: Owner, asking: Asking): Promise<Answer> {
  const { kind, replaced } = asking;
  const typed = ctx.form(form)[kind] ?? '';
  if (isClosed(ctx, asking)) return smsClosed(ctx);
  const outcome = await addContact(ctx.ports, owner, {
    kind,
    value: typed,
    ...(replaced && { replaces: replaced.id }),
  });
  switch (outcome.outcome) {
    case 'sent':
      return seeOther(confirmPath(outcome.codeId));
    case 'not-allowed':
      return notAllowed(ctx, asking.path, outcome);
    case 'refused':
      switch (outcome.reason) {
        case 'gone':
          return seeOther(SECTIONS.account);
        case 'is-username':
          return replaced ? staysPage(ctx, replaced, 'is-username') : seeOther(SECTIONS.account);
        case 'sms-closed':
          return smsClosed(ctx);
        case 'slow-down':
          return show(ctx, owner, asking, typed, tooOften(ctx, outcome, 'contacts:too_often'));
        case 'not-an-address':
        case 'not-a-number':
        case 'already-yours':
        case 'too-many':
          return show(ctx, owner, asking, typed, { errors: [addError(ctx, kind, outcome.reason, typed)] });
      }
  }
}

function show(
  ctx: PageContext,
  { account }: Owner,
  { kind, path, replaced }: Asking,
  value: string,
  settings: PageSettings = {},
): Answer {
  const { t } = ctx;
  const title = t(replaced ? `contacts:replace_${kind}` : `contacts:add_${kind}`);
  const locals = {
    kind,
    value,
    action: ctx.url(path),
    before: replaced && goes(ctx, replaced, account.policy),
    risk: kind === 'phone' && account.policy.secondFactor.kinds.includes('sms-code') && !replaced,
    back: ctx.url(replaced ? contactPath(replaced.id) : SECTIONS.account),
  };
  return render('account/contacts/add', title, locals, { returnTo: path, ...settings });
}

/** What becomes of the one that is replaced. */
function goes({ t, locale, ports }: PageContext, replaced: Contact, policy: Policy): string {
  const { kind, value, verifiedAt } = replaced;
  if (verifiedAt === null) return t(`contacts:replaced_gone_${kind}`, { value });
  if (!hasSay(policy, replaced, ports.now())) return t(`contacts:replaced_silent_${kind}`, { value });
  return t(`contacts:replaced_goes_${kind}`, { value, when: formatDateTime(locale, hearsUntil(policy, ports.now())) });
}

function isClosed(ctx: PageContext, { kind }: Asking): boolean {
  return kind === 'phone' && ctx.ports.closed.includes('sms-code');
}

/** No gateway: a number could not be confirmed. */
function smsClosed(ctx: PageContext): Answer {
  return render('account/contacts/sms-closed', ctx.t('contacts:sms_closed_title'), {}, { returnTo: ADD.phone });
}
