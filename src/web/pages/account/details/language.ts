import { z } from 'zod';
import { LOCALES, type Locale } from '../../../../domain/message.ts';
import { describeAccount } from '../../../../flows/account/describe-account.ts';
import { type Answer, render, seeOther } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { SECTIONS } from '../sections.ts';

const PATH = '/account/language';
const form = z.object({ language: z.enum(['en', 'fr']) });

/** The language of messages, and of these pages in this browser from now on. */
export const languageOfAccountPage = consolePage(PATH, {
  section: 'account',
  get: (ctx, { account }) => show(ctx, account.locale),

  async post(ctx, owner) {
    const locale = ctx.form(form).language;
    const outcome = await describeAccount(ctx.ports, owner, { locale });
    if (outcome.outcome === 'not-allowed') return notAllowed(ctx, PATH, outcome);
    ctx.chooseLanguage(locale);
    say(ctx, 'account:said_language', {}, { account: owner.account.id });
    return seeOther(SECTIONS.account);
  },
});

function show(ctx: PageContext, chosen: Locale): Answer {
  const options = LOCALES.map((locale) => ({
    value: locale,
    text: ctx.t(`common:language_${locale}`),
    checked: locale === chosen,
  }));
  const locals = { options, action: ctx.url(PATH), back: ctx.url(SECTIONS.account) };
  return render('account/details/language', ctx.t('account:language_title'), locals, { returnTo: PATH });
}
