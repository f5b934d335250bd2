import { z } from 'zod';
import { hasSay, hearsUntil, nextPrimary } from '../../../../domain/contact.ts';
import type { Owner } from '../../../../flows/account/act.ts';
import { againstRemoving, removeContact } from '../../../../flows/account/remove-contact.ts';
import type { Contact } from '../../../../flows/ports.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import type { Page, PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed, unlessAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { SECTIONS } from '../sections.ts';
import { noneCounts } from './list.ts';
import { notMine } from './not-mine.ts';
import { here } from './one.ts';
import { CONTACT, contactPath } from './paths.ts';
import { tooOften } from './refusals.ts';
import { staysPage } from './stays.ts';

/** "Remove this e-mail address?": what will happen is said before it does (LOOK "Before and after"). */
export const removePage: Page = consolePage(`${CONTACT}/remove`, {
  section: 'account',
  get: here((ctx, owner, contact) => {
    const against = againstRemoving(ctx.ports, owner.account, contact);
    if (against) return staysPage(ctx, contact, against);
    return unlessAllowed(ctx, owner, 'change-contact', contactPath(contact.id, '/remove')) ?? show(ctx, owner, contact);
  }),

  post: here(async (ctx, owner, contact) => {
    ctx.form(z.object({}));
    const outcome = await removeContact(ctx.ports, owner, contact.id);
    switch (outcome.outcome) {
      case 'removed': {
        const { kind, value } = outcome.contact;
        say(ctx, `contacts:said_removed_${kind}`, { value }, { account: owner.account.id });
        return seeOther(SECTIONS.account);
      }
      case 'not-allowed':
        return notAllowed(ctx, contactPath(contact.id, '/remove'), outcome);
      case 'refused':
        if (outcome.reason === 'gone') return seeOther(SECTIONS.account);
        if (outcome.reason !== 'too-much-changed') return staysPage(ctx, contact, outcome.reason);
        return show(ctx, owner, contact, tooOften(ctx, outcome, 'contacts:changes_too_often'));
    }
  }),
});

async function show(ctx: PageContext, owner: Owner, contact: Contact, settings: PageSettings = {}): Promise<Answer> {
  const { id, kind, value } = contact;
  const path = contactPath(id, '/remove');
  const locals = {
    value,
    happens: await happens(ctx, owner, contact),
    action: ctx.url(path),
    unknown: await notMine(ctx, owner, contact),
    keep: { text: ctx.t(`contacts:keep_${kind}`), href: ctx.url(contactPath(id)) },
  };
  const title = ctx.t(`contacts:remove_title_${kind}`);
  return render('account/contacts/remove', title, locals, { returnTo: path, ...settings });
}

async function happens(ctx: PageContext, { account, session }: Owner, contact: Contact): Promise<string[]> {
  const { t, locale, ports } = ctx;
  const { id, kind, value, verifiedAt } = contact;
  if (verifiedAt === null) return [t(`contacts:remove_gone_${kind}`)];
  const now = ports.now();
  const until = formatDateTime(locale, hearsUntil(account.policy, now));
  const left = account.contacts.filter((other) => other.id !== id && other.kind === kind && other.verifiedAt !== null);
  const next = contact.primary ? nextPrimary(account.contacts, contact, now) : undefined;
  const phone = kind === 'phone';
  const proofs = phone ? await ports.store.sessions.proofsOf(session.uid, account.id) : [];
  return [
    t(`contacts:remove_now_${kind}`),
    t(hasSay(account.policy, contact, now) ? `contacts:remove_hears_${kind}` : `contacts:remove_silent_${kind}`, {
      when: until,
    }),
    ...(next ? [t(`contacts:remove_primary_${kind}`, { value: next.value })] : []),
    ...(phone && left.length === 0 ? [t('contacts:remove_no_phone')] : []),
    ...(phone && account.policy.secondFactor.kinds.includes('sms-code') ? [t('contacts:remove_sessions')] : []),
    ...(proofs.some(({ by }) => by === id) ? [t('contacts:signs_out', { value })] : []),
    ...(phone ? [] : noneCounts(ctx, left)),
  ];
}
