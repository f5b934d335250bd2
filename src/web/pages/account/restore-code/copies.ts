import { z } from 'zod';
import { grouped } from '../../../../domain/restore-code.ts';
import { mayAct, type Owner } from '../../../../flows/account/act.ts';
import { openShown, type ShownCode, unlessOffered } from '../../../../flows/account/propose-restore-code.ts';
import { formatDate } from '../../../../i18n/dates.ts';
import { type Answer, bytes, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { Page, PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { CODE, FILE, PAPER } from './paths.ts';
import { qrOf } from './shown.ts';

const form = z.object({ shown: field() });

/** The code that the page shows, as a text file. Sent in by POST, so that the code is in no address. */
export const filePage = copyPage(FILE, (ctx, owner, { code }) =>
  bytes(Buffer.from(textOf(ctx, owner, code)), {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="${ctx.t('restore-code:file')}.txt"`,
  }),
);

/** The same as a page made for paper, in a page of its own: black on white, with a QR code and what to do with it. */
export const paperPage = copyPage(PAPER, async (ctx, owner, { code }) =>
  render(
    'account/restore-code/paper',
    ctx.t('restore-code:paper_title', { brand: ctx.brand.name }),
    { text: grouped(code), svg: await qrOf(code), facts: factsOf(ctx, owner), steps: stepsOf(ctx) },
    { nav: undefined, live: undefined, banner: undefined, wide: true, returnTo: CODE },
  ),
);

/** For a code that was just shown in this session: giving it in another form is no other view of it. */
function copyPage(
  path: string,
  give: (ctx: PageContext, owner: Owner, shown: ShownCode) => Answer | Promise<Answer>,
): Page {
  const post = (ctx: PageContext, owner: Owner) => {
    const verdict = mayAct(ctx.ports, owner, 'view-code');
    if (verdict.verdict !== 'allow') return notAllowed(ctx, CODE, { outcome: 'not-allowed', verdict });
    const shown = unlessOffered(owner.account) ? undefined : openShown(ctx.ports, owner, ctx.form(form).shown);
    if (shown) return give(ctx, owner, shown);
    say(ctx, 'restore-code:said_expired', {}, { account: owner.account.id });
    return seeOther(CODE);
  };
  return consolePage(path, { section: 'restore-code', get: () => seeOther(CODE), post }, CODE);
}

function factsOf({ t, locale, ports }: PageContext, { account }: Owner) {
  return [
    { key: t('restore-code:paper_account'), value: account.username },
    { key: t('restore-code:paper_made'), value: formatDate(locale, ports.now()) },
  ];
}

function stepsOf({ t, ports }: PageContext): string[] {
  const address = `${ports.issuer}/lost-credentials`;
  return [
    t('restore-code:paper_use_1', { address }),
    t('restore-code:paper_use_2'),
    t('restore-code:paper_use_3'),
    t('restore-code:paper_use_4'),
  ];
}

function textOf(ctx: PageContext, owner: Owner, code: string): string {
  const { t, brand } = ctx;
  const lines = [
    t('restore-code:paper_title', { brand: brand.name }),
    '',
    grouped(code),
    '',
    ...factsOf(ctx, owner).map(({ key, value }) => t('messages:label', { label: key }) + ` ${value}`),
    '',
    t('restore-code:paper_use_title'),
    ...stepsOf(ctx).map((step, at) => `${at + 1}. ${step}`),
    '',
    t('restore-code:keep_title'),
    ...(['paper', 'mail', 'nobody'] as const).map((one) => `- ${t(`restore-code:keep_${one}`)}`),
    '',
    t('restore-code:paper_until'),
  ];
  return `${lines.join('\r\n')}\r\n`;
}
