import { seeOther } from '../../frame/answer.ts';
import { page } from '../../frame/page.ts';
import { keepLink } from '../links/link-note.ts';
import { CHOOSE } from './walk.ts';

/** The address in the e-mail. A GET, so it changes nothing here (DESIGN rule 5, ATTACKS A9): on to a clean address. */
export const linkPage = page('/lost-credentials/link/:token', {
  get(ctx) {
    keepLink(ctx, 'recovery', ctx.params.token);
    return seeOther(CHOOSE);
  },
});
