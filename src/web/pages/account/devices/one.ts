import { z } from 'zod';
import { LONGEST_NAME } from '../../../../domain/device-name.ts';
import type { Owner } from '../../../../flows/account/act.ts';
import { renameDevice } from '../../../../flows/account/rename-device.ts';
import { actsOn, type Device, type DeviceAct } from '../../../../flows/account/see-devices.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { Page, PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { contactPath } from '../contacts/paths.ts';
import { say } from '../said.ts';
import { gone, here } from './here.ts';
import { DEVICE, devicePath, LIST } from './paths.ts';
import { aboutOf, hereOf, historyOf, iconOf, nameOf, noteOf, statesOf, unnamed } from './words.ts';

const form = z.object({ name: field() });

/** One device: what it is, its name, and what can be done with it. */
const onePage = consolePage(DEVICE, { section: 'devices', get: here((ctx, _owner, device) => show(ctx, device)) });

const namePage = consolePage(
  `${DEVICE}/name`,
  {
    section: 'devices',
    get: (ctx) => seeOther(devicePath(ctx.params['id'] ?? '')),
    post: here((ctx, owner, device) => rename(ctx, owner, device)),
  },
  DEVICE,
);

export const onePages: readonly Page[] = [onePage, namePage];

async function rename(ctx: PageContext, owner: Owner, device: Device): Promise<Answer> {
  const { name } = ctx.form(form);
  const outcome = await renameDevice(ctx.ports, owner, device.id, name);
  switch (outcome.outcome) {
    case 'renamed':
      say(ctx, 'devices:said_renamed', { name: outcome.name || unnamed(ctx.t, device) }, { account: owner.account.id });
      return seeOther(devicePath(device.id));
    case 'not-allowed':
      return notAllowed(ctx, devicePath(device.id), outcome);
    case 'refused': {
      if (outcome.reason === 'gone') return gone(ctx, owner);
      const text = ctx.t('devices:name_too_long', { most: LONGEST_NAME });
      return show(ctx, device, name, { errors: [{ field: 'name', text }] });
    }
  }
}

/** `typed`: a name that was not taken. */
function show(ctx: PageContext, device: Device, typed?: string, settings: PageSettings = {}): Answer {
  const { t } = ctx;
  const count = device.sessions.length;
  const states = [hereOf(t, device) ?? [], statesOf(t, device).map(({ text }) => text), noteOf(t, device) ?? []].flat();
  const about = aboutOf(t, device);
  const locals = {
    rows: [
      ...(about ? [{ key: t('devices:key_what'), value: about }] : []),
      { key: t('devices:key_state'), value: states },
      { key: t('devices:key_when'), value: historyOf(ctx, device) },
      {
        key: t('devices:key_sessions'),
        value: count === 0 ? t('devices:sessions_none') : t('devices:sessions_open', { count }),
      },
    ],
    acts: waysOf(ctx, device),
    rename: isNamed(device) && {
      action: ctx.url(devicePath(device.id, '/name')),
      value: typed ?? givenName(device),
      hint: t('devices:name_hint', { name: unnamed(t, device) }),
    },
    icon: iconOf(device),
    back: ctx.url(LIST),
  };
  return render('account/devices/one', nameOf(t, device), locals, { returnTo: devicePath(device.id), ...settings });
}

const ICONS: Readonly<Record<DeviceAct, string>> = {
  off: 'power-off',
  on: 'power',
  block: 'ban',
  remove: 'trash-2',
  'sign-out': 'log-out',
};

/** What can be done, as quiet ways to a page that says what will happen. */
function waysOf(ctx: PageContext, device: Device) {
  const { t } = ctx;
  const ways = actsOn(device).map((act) => {
    const words =
      act === 'sign-out' ? 'sign_out' : act === 'remove' && device.what === 'browser' ? ('forget' as const) : act;
    // The browser that one is in is signed out as from anywhere else, applications asked.
    const isHere = act === 'sign-out' && device.mine;
    return {
      icon: ICONS[act],
      text: t(isHere ? 'account:sign_out' : `devices:act_${words}`),
      hint: t(`devices:act_${words}_hint`),
      href: ctx.url(isHere ? '/session/end' : devicePath(device.id, `/${act}`)),
    };
  });
  if (device.what !== 'phone') return ways;
  const text = t('devices:act_phone');
  return [...ways, { icon: 'pencil', text, hint: t('devices:act_phone_hint'), href: ctx.url(contactPath(device.id)) }];
}

const isNamed = (device: Device): boolean => device.what === 'factor' || device.what === 'browser';

function givenName(device: Device): string {
  if (device.what === 'factor') return device.factor.label;
  return device.what === 'browser' ? (device.browser.name ?? '') : '';
}
