import { type Owner, repairsUntil } from '../../../../flows/account/act.ts';
import { formatDateTime, formatTime } from '../../../../i18n/dates.ts';
import type { PageContext } from '../../../frame/page.ts';
import { EMERGENCY } from './paths.ts';

/** What stands above the list after a sign-in by emergency code: what to do and until when, or that it is over (SPEC M4). */
export function repairWords(ctx: PageContext, owner: Owner) {
  const { t, locale, ports } = ctx;
  const { repair } = owner.session;
  if (!repair) return undefined;
  const until = repairsUntil(ports.now(), owner);
  if (until === undefined) return { kind: 'warning', text: t('devices:repair_over') };
  const time = formatTime(locale, until);
  const contacts = repair.by === 'operator' ? ` ${t('devices:repair_contacts')}` : '';
  return {
    kind: 'information',
    title: t('devices:repair_title'),
    text: `${t('devices:repair_text', { time })}${contacts}`,
  };
}

/** The emergency code that is out: by whom, how often and until when, and where it is taken back (SPEC M5). */
export function emergencyWords(ctx: PageContext, { account }: Owner) {
  const { t, locale, ports } = ctx;
  const code = account.emergencyCode;
  if (!code) return undefined;
  const when = (at: number) => formatDateTime(locale, at);
  const now = ports.now();
  const state =
    code.usesLeft < 1
      ? t('devices:emergency_spent')
      : now >= code.expiresAt
        ? t('devices:emergency_over')
        : t('devices:emergency_left', { count: code.usesLeft, until: when(code.expiresAt) });
  return {
    title: t('devices:emergency_out'),
    lines: [
      t(code.issuedBy === 'owner' ? 'devices:emergency_by_owner' : 'devices:emergency_by_operator', {
        when: when(code.createdAt),
      }),
      ...(now < code.validFrom ? [t('devices:emergency_from', { from: when(code.validFrom) })] : []),
      state,
    ],
    href: ctx.url(EMERGENCY),
  };
}
