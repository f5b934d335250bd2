import { coolsUntil } from '../../domain/act.ts';
import { announce } from '../announce.ts';
import { refused } from '../outcome.ts';
import type { Ports, Repositories } from '../ports.ts';
import type { Acting, Owner } from './act.ts';
import { actOnDevice, type DeviceOutcome, endStandingOn, recordDevice } from './device-act.ts';
import type { Device } from './see-devices.ts';

/**
 * Blocks a second factor or another browser for good: nothing brings it back, and what stood on it ends at once, on every node (SPEC S4, S6).
 * It only takes away: the session is enough, and it never waits. In the cooling period after a recovery whoever recovered may be somebody
 * else: then a contest takes the block of a second factor back, as it would a switching off (docs/decisions/0008).
 */
export function blockDevice(ports: Ports, owner: Owner, id: string, called: string): Promise<DeviceOutcome> {
  return actOnDevice(ports, owner, 'take-away', { id, kind: 'block' }, async (tx, acting, device) => {
    const ended = await block(tx, acting, device);
    if (!ended) return refused('not-now');
    const about = { visitor: owner.visitor, about: called, used: acting.used, removed: contestable(acting, device) };
    const notice = await announce(ports, tx, acting.account, { kind: 'device-blocked', ...about });
    await recordDevice(tx, owner, acting, 'device.blocked', device, { sessions_ended: ended.sessions, notice });
    return ended;
  });
}

function contestable({ account, used, now }: Acting, device: Device): readonly string[] {
  const cools = coolsUntil(account.policy, account.recoveredAt, now) !== undefined;
  const worked = device.what === 'factor' && device.factor.state === 'active' && !used.includes(device.id);
  return cools && worked ? [device.id] : [];
}

async function block(
  tx: Repositories,
  acting: Acting,
  device: Device,
): Promise<{ readonly sessions: number } | undefined> {
  const { account, now } = acting;
  if (device.what === 'factor') {
    const [hit] = await tx.credentials.setState(account.id, [device.id], 'blocked');
    return hit === undefined ? undefined : endStandingOn(tx, acting, device.id);
  }
  if (device.what !== 'browser') return undefined;
  await tx.devices.block(account.id, device.browser.deviceHash, now);
  return tx.sessions.endInBrowser(account.id, device.browser.deviceHash);
}
