import { announce } from '../announce.ts';
import { refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import type { Owner } from './act.ts';
import { actOnDevice, type DeviceOutcome, recordDevice } from './device-act.ts';
import { endOpen } from './let-go.ts';

/**
 * Switches on again what was switched off, also what was reported lost: it is found. That gives a way in, so it needs a full, fresh sign-in.
 * What is blocked or disabled never comes back by this.
 */
export function switchOn(ports: Ports, owner: Owner, id: string, called: string): Promise<DeviceOutcome> {
  return actOnDevice(ports, owner, 'switch-on', { id, kind: 'on' }, async (tx, acting, device) => {
    const { account, used, now } = acting;
    const [hit] =
      device.what === 'phone'
        ? await tx.contacts.setOff(account.id, [id], null)
        : await tx.credentials.setState(account.id, [id], 'active', null);
    if (hit === undefined) return refused('not-now');
    await endOpen(tx, account.id, now);
    // Contested, a factor is blocked. A number is not taken from the account for having been switched on.
    const added = device.what === 'factor' ? [id] : [];
    const about = { visitor: owner.visitor, about: called, used, added };
    const notice = await announce(ports, tx, account, { kind: 'device-switched-on', ...about });
    await recordDevice(tx, owner, acting, 'device.switched-on', device, { notice });
    return { sessions: 0 };
  });
}
