import type { Owner } from '../../../../flows/account/act.ts';
import { type ShownCode, sealShown } from '../../../../flows/account/propose-restore-code.ts';
import type { PageContext } from '../../../frame/page.ts';
import { onScreen } from '../../restore-code/copies.ts';
import { FILE, PAPER } from './paths.ts';

/** What `views/parts/restore-code.ejs` takes: the code as people read it, and the forms that give it on paper and as a file. */
export function shownOf(ctx: PageContext, owner: Owner, shown: ShownCode) {
  return onScreen(ctx, shown.code, { file: FILE, paper: PAPER, shown: sealShown(ctx.ports, owner, shown) });
}
