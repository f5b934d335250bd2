import { announce } from '../announce.ts';
import { refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import type { Owner } from './act.ts';
import { actOnDevice, type DeviceOutcome, endStandingOn, recordDevice } from './device-act.ts';

/**
 * Switches a second factor off for now: an app, a passkey, a phone for SMS. What stood on it ends at once. It only takes away, so it needs no
 * more than the session and never waits (SPEC S13); the account stays bound to a second factor, whatever is left. A contest switches it on
 * again, unless this session stood on it: whose it is may be in dispute (docs/decisions/0008). `called`: its name in the messages.
 */
export function switchOff(ports: Ports, owner: Owner, id: string, called: string): Promise<DeviceOutcome> {
  return actOnDevice(ports, owner, 'take-away', { id, kind: 'off' }, async (tx, acting, device) => {
    const { account, used, now } = acting;
    const [hit] =
      device.what === 'phone'
        ? await tx.contacts.setOff(account.id, [id], now)
        : await tx.credentials.setState(account.id, [id], 'off');
    if (hit === undefined) return refused('not-now');
    const ended = await endStandingOn(tx, acting, id);
    const about = { visitor: owner.visitor, about: called, used, removed: used.includes(id) ? [] : [id] };
    const notice = await announce(ports, tx, account, { kind: 'device-switched-off', ...about });
    await recordDevice(tx, owner, acting, 'device.switched-off', device, { sessions_ended: ended.sessions, notice });
    return ended;
  });
}
