import { acceptedPasskeys } from '../../../../flows/account/add-passkey.ts';
import { seeDevices } from '../../../../flows/account/see-devices.ts';
import { render } from '../../../frame/answer.ts';
import { consolePage } from '../console-page.ts';
import { contactPath } from '../contacts/paths.ts';
import { hasSaid } from '../said.ts';
import { emergencyWords, repairWords } from './emergency-words.ts';
import { devicePath, LIST } from './paths.ts';
import { aboutOf, hereOf, historyOf, iconOf, nameOf, noteOf, statesOf } from './words.ts';

/** "Devices": everything that the account is active on, in one list (SPEC S7). */
export const listPage = consolePage(LIST, {
  section: 'devices',
  async get(ctx, owner) {
    const { t, ports } = ctx;
    const { account } = owner;
    const devices = await seeDevices(ports, ports.store, owner, account);
    const items = devices.map((device) => ({
      name: nameOf(t, device),
      icon: iconOf(device),
      here: hereOf(t, device),
      state: statesOf(t, device),
      details: [aboutOf(t, device) ?? [], noteOf(t, device) ?? [], historyOf(ctx, device)].flat(),
      actions: [
        {
          text: t('devices:manage'),
          href: ctx.url(device.what === 'phone' && !device.signsIn ? contactPath(device.id) : devicePath(device.id)),
        },
      ],
    }));
    const tells = hasSaid(ctx, account.id)?.passkeys === true;
    const accepted = tells ? JSON.stringify(ports.passkeys.accepted(account.id, acceptedPasskeys(account))) : undefined;
    const locals = { items, accepted, repair: repairWords(ctx, owner), emergency: emergencyWords(ctx, owner) };
    return render('account/devices/list', t('devices:title'), locals, { signal: tells });
  },
});
