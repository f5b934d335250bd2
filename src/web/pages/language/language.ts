import { seeOther } from '../../frame/answer.ts';
import { isLocale } from '../../frame/locale.ts';
import { type Page, page } from '../../frame/page.ts';
import { Problem } from '../../frame/problem.ts';

/**
 * The link on every page: `/language/fr?return=/path`. It changes the visitor's own cookie and nothing else, and leads back to a
 * path of ours, whatever it is given (ATTACKS A27).
 */
export const languagePage: Page = page('/language/:locale', {
  get: (ctx) => {
    const { locale } = ctx.params;
    if (!isLocale(locale)) throw new Problem('not-found');
    ctx.chooseLanguage(locale);
    const to = ctx.query('return') ?? '';
    return seeOther(to.startsWith('/') ? to : '/');
  },
});
