import type { Account } from '../../../flows/ports.ts';
import { formatDateTime } from '../../../i18n/dates.ts';
import type { PageContext } from '../../frame/page.ts';

/** What `views/pages/account/my-data/closing.ejs` shows: when it will be, and the form that keeps the account. */
export interface ClosingNotice {
  readonly text: string;
  readonly action: string;
}

/** For a page of the console, while its owner's account is to be closed; undefined when it is not. */
export function closingNotice(
  { t, locale, url }: Pick<PageContext, 't' | 'locale'> & { readonly url: (path: string) => string },
  { closesAt }: Pick<Account, 'closesAt'>,
): ClosingNotice | undefined {
  if (closesAt === null) return undefined;
  return {
    text: t('my-data:closing_when', { date: formatDateTime(locale, closesAt) }),
    action: url('/account/data/keep'),
  };
}
