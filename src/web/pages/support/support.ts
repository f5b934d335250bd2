import { render } from '../../frame/answer.ts';
import { type Page, page } from '../../frame/page.ts';

/** Where "Contact support" leads while the organization has no page of its own. */
export const supportPage: Page = page('/support', {
  get: ({ t }) => render('support/support', t('help:support_title')),
});
