import { z } from 'zod';
import { mayAct, type Owner } from '../../../../flows/account/act.ts';
import { openShown } from '../../../../flows/account/propose-restore-code.ts';
import { unlessOffered } from '../../../../flows/account/restore-code-offered.ts';
import { type Answer, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { Page, PageContext } from '../../../frame/page.ts';
import { asFile, type Copied, onPaper } from '../../restore-code/copies.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { CODE, FILE, PAPER } from './paths.ts';

const form = z.object({ shown: field() });

export const filePage = copyPage(FILE, asFile);

export const paperPage = copyPage(PAPER, (ctx, copied) => onPaper(ctx, copied, CODE));

/** For a code that was just shown in this session: giving it in another form is no other view of it. Sent in by POST, so that it is in no address. */
function copyPage(path: string, give: (ctx: PageContext, copied: Copied) => Answer | Promise<Answer>): Page {
  const post = (ctx: PageContext, owner: Owner) => {
    const verdict = mayAct(ctx.ports, owner, 'view-code');
    if (verdict.verdict !== 'allow') return notAllowed(ctx, CODE, { outcome: 'not-allowed', verdict });
    const shown = unlessOffered(owner.account) ? undefined : openShown(ctx.ports, owner, ctx.form(form).shown);
    if (shown) return give(ctx, { username: owner.account.username, code: shown.code });
    say(ctx, 'restore-code:said_expired', {}, { account: owner.account.id });
    return seeOther(CODE);
  };
  return consolePage(path, { section: 'restore-code', get: () => seeOther(CODE), post }, CODE);
}
