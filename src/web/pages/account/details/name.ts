import { z } from 'zod';
import { describeAccount } from '../../../../flows/account/describe-account.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { SECTIONS } from '../sections.ts';

const PATH = '/account/name';
const form = z.object({ given_name: field(1_000), family_name: field(1_000) });

/** What the owner is called. */
export const namePage = consolePage(PATH, {
  section: 'account',
  get: (ctx, { account }) => show(ctx, { given_name: account.givenName ?? '', family_name: account.familyName ?? '' }),

  async post(ctx, owner) {
    const typed = ctx.form(form);
    const names = { givenName: typed.given_name, familyName: typed.family_name };
    const outcome = await describeAccount(ctx.ports, owner, names);
    switch (outcome.outcome) {
      case 'described':
        say(ctx, 'account:said_name', {}, { account: owner.account.id });
        return seeOther(SECTIONS.account);
      case 'not-allowed':
        return notAllowed(ctx, PATH, outcome);
      case 'refused': {
        const wrong = outcome.reason === 'bad-given-name' ? 'given_name' : 'family_name';
        return show(ctx, typed, { errors: [{ field: wrong, text: ctx.t('account:bad-name') }] });
      }
    }
  },
});

function show(ctx: PageContext, typed: z.infer<typeof form>, settings: PageSettings = {}): Answer {
  const locals = { typed, action: ctx.url(PATH), back: ctx.url(SECTIONS.account) };
  return render('account/details/name', ctx.t('account:name_title'), locals, { returnTo: PATH, ...settings });
}
