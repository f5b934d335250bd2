import { z } from 'zod';
import type { NotAllowed, Owner } from '../../../../flows/account/act.ts';
import { verifyContact } from '../../../../flows/account/add-contact.ts';
import { makePrimary } from '../../../../flows/account/make-primary.ts';
import type { Contact } from '../../../../flows/ports.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import type { Page, PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { SECTIONS } from '../sections.ts';
import { countsLater, statesOf } from './list.ts';
import { notMine } from './not-mine.ts';
import { CONTACT, confirmPath, contactPath } from './paths.ts';
import { addError, tooOften } from './refusals.ts';

type Handler = (ctx: PageContext, owner: Owner, contact: Contact) => Answer | Promise<Answer>;

/** One address or number, and what can be done with it. To look needs no more than the session. */
const contactPage = consolePage(CONTACT, {
  section: 'account',
  get: here((ctx, owner, contact) => show(ctx, owner, contact)),
});

const primaryPage = taking('primary', async (ctx, owner, contact) => {
  const outcome = await makePrimary(ctx.ports, owner, contact.id);
  switch (outcome.outcome) {
    case 'made-primary': {
      const { kind, value } = outcome.contact;
      say(ctx, `contacts:said_primary_${kind}`, { value }, { account: owner.account.id });
      return seeOther(SECTIONS.account);
    }
    case 'not-allowed':
      return notAllowedHere(ctx, owner, contact, outcome);
    case 'refused':
      if (outcome.reason === 'gone') return seeOther(SECTIONS.account);
      return show(ctx, owner, contact, tooOften(ctx, outcome, 'contacts:changes_too_often'));
  }
});

const verifyPage = taking('verify', async (ctx, owner, contact) => {
  const outcome = await verifyContact(ctx.ports, owner, contact.id);
  switch (outcome.outcome) {
    case 'sent':
      return seeOther(confirmPath(outcome.codeId));
    case 'not-allowed':
      return notAllowedHere(ctx, owner, contact, outcome);
    case 'refused':
      switch (outcome.reason) {
        case 'slow-down':
          return show(ctx, owner, contact, tooOften(ctx, outcome, 'contacts:too_often'));
        case 'sms-closed':
          return show(ctx, owner, contact, { status: 409, errors: [{ text: ctx.t('contacts:sms_closed_title') }] });
        case 'gone':
        case 'is-username':
          return seeOther(SECTIONS.account);
        case 'not-an-address':
        case 'not-a-number':
        case 'already-yours':
        case 'too-many': {
          const { text } = addError(ctx, contact.kind, outcome.reason, contact.value);
          return show(ctx, owner, contact, { errors: [{ text }] });
        }
      }
  }
});

export const onePages: readonly Page[] = [contactPage, primaryPage, verifyPage];

/** An address that takes a form of the contact's page; opened by itself it leads there. */
function taking(below: string, post: Handler): Page {
  return consolePage(
    `${CONTACT}/${below}`,
    {
      section: 'account',
      get: (ctx) => seeOther(contactPath(ctx.params['id'] ?? '')),
      post: (ctx, owner) => {
        ctx.form(z.object({}));
        return here(post)(ctx, owner);
      },
    },
    CONTACT,
  );
}

/** For the contact whose id is in the path; what is not this owner's (any more) leads back to the list. */
export function here(handler: Handler): (ctx: PageContext, owner: Owner) => Answer | Promise<Answer> {
  return (ctx, owner) => {
    const contact = owner.account.contacts.find(({ id }) => id === ctx.params['id']);
    return contact ? handler(ctx, owner, contact) : seeOther(SECTIONS.account);
  };
}

function notAllowedHere(ctx: PageContext, owner: Owner, { id }: Contact, refusal: NotAllowed): Answer {
  return notAllowed(ctx, contactPath(id), refusal);
}

async function show(ctx: PageContext, owner: Owner, contact: Contact, settings: PageSettings = {}): Promise<Answer> {
  const { id, kind, value, verifiedAt, primary } = contact;
  const locals = {
    kind,
    value,
    states: statesOf(ctx, contact),
    rests: countsLater(ctx, contact, ctx.ports.now()),
    verified: verifiedAt !== null,
    primary,
    makePrimary: ctx.url(contactPath(id, '/primary')),
    verify: ctx.url(contactPath(id, '/verify')),
    replace: ctx.url(contactPath(id, '/replace')),
    remove: ctx.url(contactPath(id, '/remove')),
    unknown: await notMine(ctx, owner, contact),
    back: ctx.url(SECTIONS.account),
  };
  return render('account/contacts/one', ctx.t(`contacts:${kind}`), locals, { returnTo: contactPath(id), ...settings });
}
