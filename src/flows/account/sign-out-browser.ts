import { refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import type { Owner } from './act.ts';
import { actOnDevice, type DeviceOutcome, recordDevice } from './device-act.ts';

/** Ends the sessions in a browser, or one in a browser that is not known, with their grants and tokens. The browser stays known. */
export function signOutBrowser(ports: Ports, owner: Owner, id: string): Promise<DeviceOutcome> {
  return actOnDevice(ports, owner, 'take-away', { id, kind: 'sign-out' }, async (tx, acting, device) => {
    if (device.what !== 'browser' && device.what !== 'session') return refused('not-now');
    const ended =
      device.what === 'browser'
        ? await tx.sessions.endInBrowser(acting.account.id, device.browser.deviceHash)
        : await tx.sessions.endByHash(acting.account.id, device.session.uidHash);
    await recordDevice(tx, owner, acting, 'device.signed-out', device, { sessions_ended: ended.sessions });
    return ended;
  });
}
