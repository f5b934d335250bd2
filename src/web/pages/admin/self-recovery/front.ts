import { stageOf } from '../../../../domain/policy-of-account.ts';
import { refuse, render, seeOther } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { organizationsOf } from './organization.ts';
import { recoveryPath, SELF_RECOVERY } from './paths.ts';

/** "Self-recovery": which organization; an admin of one comes straight to its page. */
export const frontPage = adminPage(SELF_RECOVERY, {
  section: 'self-recovery',
  async get(desk) {
    const { ctx, ports } = desk;
    const { t } = ctx;
    const organizations = await organizationsOf(desk);
    const [only, ...others] = organizations;
    if (!only) return refuse('not-found');
    if (others.length === 0) return seeOther(recoveryPath(only.id));
    const items = await Promise.all(
      organizations.map(async ({ id, name }) => {
        const inForce = await ports.store.accounts.policyFor(id);
        return {
          name,
          icon: 'app-window',
          state: { text: t(`self-recovery:stage_${inForce ? stageOf(inForce.policy) : 'off'}`) },
          actions: [{ text: t('admin:open'), href: ctx.url(recoveryPath(id)) }],
        };
      }),
    );
    const title = t('self-recovery:title');
    return render('admin/self-recovery/list', title, {
      rows: { id: 'organizations', label: title, empty: '', items },
    });
  },
});
