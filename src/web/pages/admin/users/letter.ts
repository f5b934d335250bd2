import { toString as drawQr } from 'qrcode';
import { z } from 'zod';
import type { Account } from '../../../../flows/ports.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { translator } from '../../../../i18n/translate.ts';
import { render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { LETTER, RESTORE_CODE, userPath } from './paths.ts';
import { onUser } from './user.ts';

const LASTS_MS = 15 * 60_000;
const form = z.object({ letter: field() });
const schema = z.object({ code: z.string(), until: z.number() });

/** The code that was just shown, for the form that prints it: sealed for this operator, session and account, for a quarter of an hour. */
export function sealLetter(desk: Desk, account: Account, code: string): string {
  const { ports } = desk;
  return ports.crypto
    .seal(JSON.stringify({ code, until: ports.now() + LASTS_MS }), contextOf(desk, account))
    .toString('base64url');
}

/** The letter, for paper: in the language of whom it is for, whatever the operator reads (SPEC S11). Showing it again issues nothing. */
export const letterPage = adminPage(
  LETTER,
  {
    section: 'users',
    get: ({ ctx }) => seeOther(RESTORE_CODE.replace(':id', ctx.params['id'] ?? '')),
    post: onUser('issue-restore-code', async (desk, account) => {
      const { ctx, ports } = desk;
      const code = openLetter(desk, account, ctx.form(form).letter);
      if (code === undefined) return seeOther(userPath(account.id));
      const t = translator(account.locale);
      const address = `${ports.issuer}/lost-credentials`;
      const locals = {
        lang: account.locale,
        product: t('common:product'),
        title: t('restore-code:letter_title'),
        text: code,
        svg: await drawQr(code, { type: 'svg', margin: 0, errorCorrectionLevel: 'Q' }),
        before: [
          t('restore-code:letter_for', {
            username: account.username,
            when: formatDateTime(account.locale, ports.now()),
          }),
        ],
        after: [
          t('restore-code:letter_use', { address }),
          t('restore-code:letter_keep'),
          t('restore-code:letter_unexpected', { address: `${ports.issuer}/support` }),
        ],
      };
      return render('admin/users/letter', ctx.t('admin:letter_title', { name: account.username }), locals, {
        nav: undefined,
        wide: true,
        returnTo: userPath(account.id),
      });
    }),
  },
  RESTORE_CODE,
);

function openLetter(desk: Desk, account: Account, sealed: string): string | undefined {
  try {
    const opened = desk.ports.crypto.open(Buffer.from(sealed, 'base64url'), contextOf(desk, account));
    const { code, until } = schema.parse(JSON.parse(opened));
    return until > desk.ports.now() ? code : undefined;
  } catch {
    return undefined; // another session's, another account's, or none of ours
  }
}

const contextOf = ({ operator }: Desk, { id }: Account): string => `letter:${operator.session.uid}:${id}`;
