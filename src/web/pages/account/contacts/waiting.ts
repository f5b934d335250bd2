import { countsFrom } from '../../../../domain/contact.ts';
import type { Owner } from '../../../../flows/account/act.ts';
import { hasTries, NEW_CONTACT_LASTS_MS, type NewContact, waitingFor } from '../../../../flows/account/new-contact.ts';
import type { OneTimeCode } from '../../../../flows/ports.ts';
import { RESEND_AFTER_MS } from '../../../../flows/send-sms-code.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { type Answer, type PageSettings, render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { SECTIONS } from '../sections.ts';
import { noneCounts } from './list.ts';
import { ADD, confirmPath, contactPath } from './paths.ts';

/** A code that is on its way to an address or number of this owner's choice. */
export interface Waiting {
  readonly code: OneTimeCode;
  readonly asked: NewContact;
}

export async function waitingHere(ctx: PageContext, { account }: Owner): Promise<Waiting | undefined> {
  const code = await ctx.ports.store.codes.find('new-contact', ctx.params['id'] ?? '');
  const asked = waitingFor(ctx.ports, account.id, code);
  return code && asked ? { code, asked } : undefined;
}

/** The page that takes the code. It says the same whether or not the address is somebody's (ATTACKS A11). */
export async function show(
  ctx: PageContext,
  owner: Owner,
  waiting: Waiting,
  settings: PageSettings = {},
): Promise<Answer> {
  const { t, ports } = ctx;
  const { code, asked } = waiting;
  const { kind, value } = asked;
  if (!hasTries(code)) return over(ctx);
  const path = confirmPath(code.id);
  const sentAt = code.expiresAt - NEW_CONTACT_LASTS_MS;
  const locals = {
    kind,
    value,
    action: ctx.url(path),
    again: ctx.url(`${path}/again`),
    seconds: Math.max(0, (sentAt + RESEND_AFTER_MS - ports.now()) / 1000),
    happens: await happens(ctx, owner, asked),
    other: ctx.url(asked.replaces === null ? ADD[kind] : contactPath(asked.replaces, '/replace')),
    back: ctx.url(SECTIONS.account),
  };
  return render('account/contacts/confirm', t(`contacts:confirm_${kind}`), locals, { returnTo: path, ...settings });
}

/** What the code will do, before it is typed. */
async function happens(ctx: PageContext, { account, session }: Owner, asked: NewContact): Promise<string[]> {
  const { t, locale, ports } = ctx;
  const now = ports.now();
  const { kind } = asked;
  const counts = countsFrom(account.policy, kind, account.contacts, account.formerContacts, now);
  const replaced = account.contacts.find(({ id, verifiedAt }) => id === asked.replaces && verifiedAt !== null);
  const proofs = replaced ? await ports.store.sessions.proofsOf(session.uid, account.id) : [];
  const left = account.contacts.filter(({ id }) => id !== replaced?.id);
  return [
    ...(counts > now ? [t(`contacts:confirm_rests_${kind}`, { when: formatDateTime(locale, counts) })] : []),
    ...(replaced ? [t(`contacts:confirm_goes_${kind}`, { value: replaced.value })] : []),
    ...(replaced && counts > now && kind === 'email' ? noneCounts(ctx, left, counts) : []),
    ...(replaced && proofs.some(({ by }) => by === replaced.id)
      ? [t('contacts:signs_out', { value: replaced.value })]
      : []),
  ];
}

/** Expired, spent or never there: how to go on. */
export function over(ctx: PageContext): Answer {
  const locals = { email: ctx.url(ADD.email), phone: ctx.url(ADD.phone), back: ctx.url(SECTIONS.account) };
  return render('account/contacts/over', ctx.t('contacts:over_title'), locals, {
    status: 410,
    returnTo: SECTIONS.account,
  });
}
