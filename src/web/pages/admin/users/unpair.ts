import { z } from 'zod';
import { type Device, seeDevices } from '../../../../flows/account/see-devices.ts';
import { isUnpairable, unpairDevice } from '../../../../flows/administration/unpair-device.ts';
import type { Account } from '../../../../flows/ports.ts';
import { translator } from '../../../../i18n/translate.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { nameOf } from '../../account/devices/words.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { LONGEST_REASON } from './act.ts';
import { DEVICE, userPath } from './paths.ts';
import { onUser, refusedBy } from './user.ts';

const form = z.object({ reason: field() });

/** "Unpair “iPhone”?" (SPEC S13). */
export const unpairPage = adminPage(DEVICE, {
  section: 'users',
  fresh: true,
  get: onUser('unpair', async (desk, account) => {
    const device = await deviceAt(desk, account);
    return device ? show(desk, account, device) : refuse('not-found');
  }),
  post: onUser('unpair', async (desk, account) => {
    const { ctx, ports, operator } = desk;
    const device = await deviceAt(desk, account);
    if (!device) return refuse('not-found');
    const reason = ctx.form(form).reason.trim().slice(0, LONGEST_REASON);
    if (reason === '') return show(desk, account, device, [{ field: 'reason', text: ctx.t('admin:reason_missing') }]);
    const done = await unpairDevice(ports, account.id, device.id, { reason, called });
    if (done.outcome === 'refused') {
      if (done.reason === 'unknown-user' || done.reason === 'not-allowed') return refusedBy(done.reason);
      return seeOther(userPath(account.id));
    }
    const values = { device: nameOf(ctx.t, done.device), name: account.username };
    say(ctx, 'admin:said_unpaired', values, { account: operator.account.id });
    return seeOther(userPath(account.id));
  }),
});

const called = (taken: Device, owner: Account) => nameOf(translator(owner.locale), taken);

async function deviceAt({ ctx, ports }: Desk, account: Account): Promise<Device | undefined> {
  if (account.frozenAt !== null) return undefined;
  const devices = await seeDevices(ports, ports.store, null, account);
  return devices.filter(isUnpairable).find(({ id }) => id === ctx.params['device']);
}

function show({ ctx }: Desk, account: Account, device: Device, errors: readonly PageError[] = []): Answer {
  const { t } = ctx;
  const path = userPath(account.id, `/devices/${encodeURIComponent(device.id)}`);
  const count = device.sessions.length;
  const locals = {
    happens: [
      t(device.what === 'factor' ? 'admin:unpair_factor' : 'admin:unpair_browser'),
      t('admin:sessions_end', { count }),
      t('admin:told'),
    ],
    action: ctx.url(path),
    back: ctx.url(userPath(account.id)),
    choice: undefined,
    reason: { value: '', hint: t('admin:reason_hint') },
    button: { text: t('admin:unpair'), kind: 'danger' },
  };
  const title = t('admin:unpair_title', { device: nameOf(t, device), name: account.username });
  return render('admin/users/act', title, locals, { errors, returnTo: path });
}
