import { seeOther } from '../../frame/answer.ts';
import { page } from '../../frame/page.ts';
import { writeNote } from './notes.ts';
import { CHOOSE } from './walk.ts';

/**
 * The address in the e-mail. A GET, so it changes nothing here (DESIGN rule 5, ATTACKS A9): the token goes into a cookie of this
 * browser and out of the address bar (STANDARDS D-05).
 */
export const linkPage = page('/lost-credentials/link/:token', {
  get(ctx) {
    const { token } = ctx.params;
    if (/^[\w-]{20,100}$/.test(token)) writeNote(ctx, 'link', token);
    else ctx.cookies.clear('link');
    return seeOther(CHOOSE);
  },
});
