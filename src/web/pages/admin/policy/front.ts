import { refuse, seeOther } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { POLICY, policyPath } from './paths.ts';
import { organizationsOf } from './reach.ts';

/** "Policy" leads to that of one organization: the one asked for, one's own, or the first that one's role reaches. */
export const policyPage = adminPage(POLICY, {
  section: 'policy',
  async get(desk) {
    const organizations = await organizationsOf(desk);
    const wanted = [desk.ctx.query('organization'), desk.operator.account.organizationId];
    const chosen = wanted.flatMap((id) => organizations.filter((one) => one.id === id))[0] ?? organizations[0];
    return chosen ? seeOther(policyPath(chosen.id)) : refuse('not-found');
  },
});
