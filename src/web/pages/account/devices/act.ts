import { z } from 'zod';
import type { Owner } from '../../../../flows/account/act.ts';
import { blockDevice } from '../../../../flows/account/block-device.ts';
import type { DeviceOutcome } from '../../../../flows/account/device-act.ts';
import { aboutFactor, removeDevice } from '../../../../flows/account/remove-device.ts';
import { actsOn, type Device, type DeviceAct } from '../../../../flows/account/see-devices.ts';
import { signOutBrowser } from '../../../../flows/account/sign-out-browser.ts';
import { switchOff } from '../../../../flows/account/switch-off.ts';
import { switchOn } from '../../../../flows/account/switch-on.ts';
import { translator } from '../../../../i18n/translate.ts';
import { type Answer, seeOther } from '../../../frame/answer.ts';
import type { Page, PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed, unlessAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { say } from '../said.ts';
import { showAct, wordsFor } from './act-shown.ts';
import { gone, here } from './here.ts';
import { DEVICE, devicePath, LIST } from './paths.ts';
import { nameOf } from './words.ts';

/** What each act does; `called` is the device's name in the messages to the owner. */
const FLOWS = {
  off: switchOff,
  on: switchOn,
  block: blockDevice,
  remove: removeDevice,
  'sign-out': signOutBrowser,
} as const satisfies Record<
  DeviceAct,
  (ports: PageContext['ports'], owner: Owner, id: string, called: string) => Promise<DeviceOutcome>
>;

/** "Block “iPhone”?": each act on a page of its own, which says what will happen before it does (LOOK "Before and after"). */
export const actPages: readonly Page[] = (['off', 'on', 'block', 'remove', 'sign-out'] as const).map(actPage);

function actPage(act: DeviceAct): Page {
  return consolePage(`${DEVICE}/${act}`, {
    section: 'devices',
    get: here((ctx, owner, device) => {
      if (!actsOn(device).includes(act)) return seeOther(devicePath(device.id));
      return unlessFresh(ctx, owner, device, act) ?? showAct(ctx, owner, device, act);
    }),

    async post(ctx, owner) {
      ctx.form(z.object({}));
      return here((_, __, device) => perform(ctx, owner, device, act))(ctx, owner);
    },
  });
}

/** Switching on and taking off the account need a full, fresh sign-in; to take away the session is enough. */
function unlessFresh(ctx: PageContext, owner: Owner, device: Device, act: DeviceAct): Answer | undefined {
  const path = devicePath(device.id, `/${act}`);
  if (act === 'on') return unlessAllowed(ctx, owner, 'switch-on', path);
  if (act !== 'remove' || device.what !== 'factor') return undefined;
  return unlessAllowed(ctx, owner, 'remove-factor', path, aboutFactor(ctx.ports, owner.account, device.id));
}

async function perform(ctx: PageContext, owner: Owner, device: Device, act: DeviceAct): Promise<Answer> {
  const called = nameOf(translator(owner.account.locale), device);
  const outcome = await FLOWS[act](ctx.ports, owner, device.id, called);
  switch (outcome.outcome) {
    case 'changed':
      say(
        ctx,
        `devices:said_${wordsFor(device, act)}`,
        { name: nameOf(ctx.t, device) },
        optionsFor(owner, device, act),
      );
      return seeOther(LIST);
    case 'not-allowed':
      return notAllowed(ctx, devicePath(device.id, `/${act}`), outcome);
    case 'refused':
      switch (outcome.reason) {
        case 'gone':
          return gone(ctx, owner);
        case 'not-now':
          return seeOther(devicePath(device.id));
        case 'too-much-changed':
          return showAct(ctx, owner, device, act, tooOften(ctx, outcome, 'contacts:changes_too_often'));
      }
  }
}

/** After a passkey is gone for good, the list tells the browser (STANDARDS B-08). */
function optionsFor({ account }: Owner, device: Device, act: DeviceAct) {
  const isPasskey = device.what === 'factor' && device.factor.kind === 'passkey';
  const tells = isPasskey && (act === 'block' || act === 'remove');
  return { account: account.id, ...(tells && { passkeys: true as const }) };
}
