import { recoveryReadiness } from '../../../../flows/administration/recovery-readiness.ts';
import { refuse, render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { userPath } from '../users/paths.ts';
import { onOrganization } from './organization.ts';
import { ORGANIZATION, recoveryPath } from './paths.ts';
import { lackInWords } from './words.ts';

const PER_PAGE = 50;

/** Whom self-recovery would leave out, for one reason: to be written to. */
export const leftOutPage = adminPage(`${ORGANIZATION}/left-out`, {
  section: 'self-recovery',
  get: onOrganization(async ({ ctx, ports }, { id }) => {
    const { t } = ctx;
    const done = await recoveryReadiness(ports, id);
    if (done.outcome === 'refused') return refuse('not-found');
    const [lost, reason] = [ctx.query('lost'), ctx.query('reason')];
    const lack = done.leftOut.find((one) => one.lost === lost && one.reason === reason);
    const found = lack ? await ports.store.kinds.among(id, lack.keys, ctx.query('after'), PER_PAGE + 1) : [];
    const people = found.slice(0, PER_PAGE);
    const last = people.at(-1);
    const here = ctx.url(recoveryPath(id, '/left-out'));
    const next = lack && last && new URLSearchParams({ lost: lack.lost, reason: lack.reason, after: last.id });
    const title = lack ? lackInWords(t, lack) : t('self-recovery:left_out');
    return render('admin/self-recovery/left-out', title, {
      rows: {
        id: 'people',
        label: title,
        empty: t('self-recovery:list_empty'),
        items: people.map((person) => ({
          name: person.username,
          icon: 'user',
          details: [[person.givenName, person.familyName].filter(Boolean).join(' ')].filter((line) => line !== ''),
          actions: [{ text: t('admin:open'), href: ctx.url(userPath(person.id)) }],
        })),
      },
      pager: {
        ...(found.length > PER_PAGE && next && { older: `${here}?${next.toString()}` }),
        olderText: t('admin:next'),
      },
      back: ctx.url(recoveryPath(id)),
    });
  }),
});
