import { whenOf } from '../../../../i18n/dates.ts';
import type { TextKey } from '../../../../i18n/translate.ts';
import { refuse, render, seeOther } from '../../../frame/answer.ts';
import { consolePage } from '../console-page.ts';
import { namesOf, notMineAt, seqIn } from './activity.ts';
import { type Advice, adviceOn, isShownEntry, noticeOf } from './placed.ts';
import { tell } from './words.ts';

/** "This wasn't me" for what cannot be contested: nothing came of it, or it has no notice. Says what it means, and what to do. */
export const notMinePage = consolePage('/account/activity/:seq', {
  section: 'activity',
  async get(ctx, { account }) {
    const { t, locale, ports } = ctx;
    const seq = seqIn(ctx.params['seq']);
    const found = seq === undefined ? undefined : await ports.store.activity.find(account.id, seq);
    if (!found || !isShownEntry(found)) return refuse('not-found');
    if (noticeOf(found) !== undefined) return seeOther(notMineAt(found));
    const { what, lines, where, device } = tell(t, found, await namesOf(ctx, [found]));
    const advice = adviceOn(found);
    return render('account/activity-not-mine', t('activity:one_title'), {
      rows: [
        { key: t('activity:column_what'), value: [what, ...lines] },
        { key: t('activity:column_when'), value: { when: whenOf(locale, found.at, ports.now()) } },
        ...(where ? [{ key: t('activity:column_where'), value: where }] : []),
        ...(device ? [{ key: t('activity:device'), value: device }] : []),
      ],
      advice: t(`activity:advice_${advice}`),
      steps: STEPS[advice].map(({ text, at }) => ({
        text: t(text),
        href: at === undefined ? undefined : at === 'support' ? ctx.brand.supportHref : ctx.url(at),
      })),
    });
  },
});

interface Step {
  readonly text: TextKey;
  /** Where it is done; undefined: not here. */
  readonly at?: string;
}

const PASSWORD: Step = { text: 'activity:do_password', at: '/account/password' };
const DEVICES: Step = { text: 'activity:do_devices', at: '/account/devices' };
const MAILBOX: Step = { text: 'activity:do_mailbox' };
const CONTACTS: Step = { text: 'activity:do_contacts', at: '/account' };
const LOSE: Step = { text: 'activity:do_lose', at: '/account/if-you-lose' };
const SUPPORT: Step = { text: 'activity:do_support', at: 'support' };

/** What to do, the most urgent first. */
const STEPS: Readonly<Record<Advice, readonly Step[]>> = {
  guess: [{ text: 'activity:do_nothing' }, LOSE],
  'password-known': [PASSWORD, LOSE],
  'mail-asked': [{ text: 'activity:do_nothing' }, LOSE],
  mailbox: [MAILBOX, CONTACTS, PASSWORD],
  'signed-in': [DEVICES, PASSWORD, CONTACTS, SUPPORT],
  'signed-out': [DEVICES, PASSWORD],
  organization: [SUPPORT],
  automatic: [SUPPORT],
};
