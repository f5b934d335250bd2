import { coolsUntil } from '../../../../domain/act.ts';
import { type Owner, repairsUntil } from '../../../../flows/account/act.ts';
import { aboutFactor } from '../../../../flows/account/remove-device.ts';
import type { Device, DeviceAct } from '../../../../flows/account/see-devices.ts';
import { whatRemains } from '../../../../flows/account/what-remains.ts';
import { formatDateTime, formatTime } from '../../../../i18n/dates.ts';
import { type Answer, type PageSettings, render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { speakerOf, whatThen } from '../if-you-lose/words.ts';
import { devicePath } from './paths.ts';
import { nameOf } from './words.ts';

/** By which words an act goes in the catalogue: a browser is not removed, it is forgotten. */
export function wordsFor(device: Device, act: DeviceAct) {
  if (act === 'sign-out') return 'sign_out';
  return act === 'remove' && device.what === 'browser' ? 'forget' : act;
}

/** The page before an act: what it does, what ends with it, how the owner gets in afterwards, who is told. */
export function showAct(
  ctx: PageContext,
  owner: Owner,
  device: Device,
  act: DeviceAct,
  settings: PageSettings = {},
): Answer {
  const { t } = ctx;
  const path = devicePath(device.id, `/${act}`);
  const words = wordsFor(device, act);
  const locals = {
    happens: [
      whatHappens(ctx, device, act),
      mayComeBack(ctx, owner, device, act),
      endsWith(ctx, device, act),
      isTold(device, act) ? t('devices:told') : [],
      lastInRepair(ctx, owner, device, act),
    ].flat(),
    ...afterwards(ctx, owner, device, act),
    action: ctx.url(path),
    button: { text: t(`devices:${words}_submit`), kind: act === 'on' ? 'primary' : 'danger' },
    back: ctx.url(devicePath(device.id)),
  };
  const title = t(`devices:${words}_title`, { name: nameOf(t, device) });
  return render('account/devices/act', title, locals, { returnTo: path, ...settings });
}

function whatHappens({ t }: PageContext, device: Device, act: DeviceAct): string[] {
  switch (act) {
    case 'off':
      return [t(device.what === 'phone' ? 'devices:off_phone' : 'devices:off_what')];
    case 'on':
      return [t('devices:on_what')];
    case 'block':
      return [t(device.what === 'browser' ? 'devices:block_browser' : 'devices:block_what')];
    case 'sign-out':
      return [t('devices:sign_out_what')];
    case 'remove':
      if (device.what !== 'factor') return [t('devices:forget_what')];
      return [
        ...(device.factor.state === 'blocked' ? [] : [t('devices:remove_what')]),
        t(device.factor.kind === 'totp' ? 'devices:remove_totp' : 'devices:remove_passkey'),
      ];
  }
}

/** In the cooling period after a recovery a block is no last word (docs/decisions/0008). */
function mayComeBack({ t, locale, ports }: PageContext, { account }: Owner, device: Device, act: DeviceAct): string[] {
  const until = coolsUntil(account.policy, account.recoveredAt, ports.now());
  if (act !== 'block' || device.what !== 'factor' || until === undefined) return [];
  return [t('devices:block_cools', { when: formatDateTime(locale, until) })];
}

function endsWith({ t }: PageContext, { what, sessions, mine }: Device, act: DeviceAct): string[] {
  if (act === 'on') return [];
  const count = sessions.length;
  if (what === 'browser' || what === 'session') {
    return [
      count === 0 ? t('devices:closes_none') : t('devices:closes', { count }),
      ...(mine ? [t('devices:ends_here')] : []),
    ];
  }
  return [
    count === 0 ? t('devices:ends_none') : t('devices:ends', { count }),
    ...(mine ? [t('devices:ends_own')] : []),
  ];
}

/** Signing a browser out or forgetting it is in the activity, and nobody is written to. */
function isTold({ what }: Device, act: DeviceAct): boolean {
  return act !== 'sign-out' && (act !== 'remove' || what === 'factor');
}

/** The last second factor may go while the repair window is open; another one is to come in it. */
function lastInRepair(ctx: PageContext, owner: Owner, device: Device, act: DeviceAct): string[] {
  const until = repairsUntil(ctx.ports.now(), owner);
  if (until === undefined || act !== 'remove' || device.what !== 'factor') return [];
  const { lastRequired } = aboutFactor(ctx.ports, owner.account, device.id);
  return lastRequired ? [ctx.t('devices:repair_last', { time: formatTime(ctx.locale, until) })] : [];
}

/** How the owner gets in once it is gone: only where it would have been a way in. */
function afterwards(ctx: PageContext, { account }: Owner, device: Device, act: DeviceAct) {
  const isFactor = device.what === 'factor' && device.factor.state === 'active';
  const isPhone = device.what === 'phone' && device.phone.offAt === null;
  if (act === 'on' || !(isFactor || isPhone)) return { last: false, later: [] };
  const way = whatRemains(ctx.ports, account, device.id);
  return { last: way.back !== 'as-before', later: whatThen(speakerOf(ctx, account), way) };
}
