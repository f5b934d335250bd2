import type { Owner } from '../../../../flows/account/act.ts';
import { unlessOffered } from '../../../../flows/account/restore-code-offered.ts';
import { canBeSeen } from '../../../../flows/account/see-restore-code.ts';
import type { RestoreCode } from '../../../../flows/ports.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage } from '../console-page.ts';
import { CODE, NEW, REMOVE, SEE } from './paths.ts';

/** "Restore code": whether there is one, since when, and what can be done with it (SPEC S1, S2, S9). */
export const codePage = consolePage(CODE, {
  section: 'restore-code',
  get: (ctx, owner) => {
    const { account } = owner;
    const closed = unlessOffered(account)?.reason;
    const held = account.restoreCode;
    return render('account/restore-code/landing', ctx.t('restore-code:title'), {
      closed: closed && ctx.t(closed === 'forbidden' ? 'restore-code:forbidden' : keyWhenNotOffered(held)),
      create: closed || held ? undefined : ctx.url(NEW),
      rows: held ? rowsOf(ctx, held) : [],
      seenOnce: held !== null && !closed && !canBeSeen(account),
      acts: held ? actsOn(ctx, owner) : [],
    });
  },
});

const keyWhenNotOffered = (held: RestoreCode | null) =>
  held ? ('restore-code:not_offered_held' as const) : ('restore-code:not_offered' as const);

function rowsOf({ t, locale, ports }: PageContext, { createdAt, issuedBy, unsettledUntil }: RestoreCode) {
  const rests = unsettledUntil !== null && unsettledUntil > ports.now();
  return [
    { key: t('restore-code:state'), value: t('restore-code:active'), icon: 'file-key' },
    { key: t('restore-code:since'), value: formatDateTime(locale, createdAt), icon: 'clock' },
    ...(rests
      ? [{ key: t('restore-code:unsettled'), value: formatDateTime(locale, unsettledUntil), icon: 'calendar' }]
      : []),
    { key: t('restore-code:how'), value: t(`restore-code:how_${issuedBy}`), icon: 'route' },
  ];
}

function actsOn(ctx: PageContext, { account }: Owner) {
  const { t } = ctx;
  const see = { icon: 'eye', text: t('restore-code:see'), hint: t('restore-code:see_hint'), href: ctx.url(SEE) };
  const replace = {
    icon: 'refresh-cw',
    text: t('restore-code:replace'),
    hint: t('restore-code:replace_hint'),
    href: ctx.url(NEW),
  };
  const remove = {
    icon: 'trash-2',
    text: t('restore-code:remove'),
    hint: t('restore-code:remove_hint'),
    href: ctx.url(REMOVE),
  };
  if (unlessOffered(account)) return [remove];
  return canBeSeen(account) ? [see, replace, remove] : [replace, remove];
}
