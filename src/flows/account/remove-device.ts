import type { ActObject } from '../../domain/act.ts';
import { isLastRequired } from '../../domain/last-factor.ts';
import { announce } from '../announce.ts';
import { refused } from '../outcome.ts';
import type { Account, Ports } from '../ports.ts';
import { standingOf } from '../standing.ts';
import type { Owner } from './act.ts';
import { actOnDevice, type DeviceOutcome, endStandingOn, recordDevice } from './device-act.ts';

/**
 * Takes a device off the account. A second factor is dead at once with what stood on it, and kept sealed for the cooling period; the last
 * one that the policy requires can only be replaced. A browser is signed out and forgotten, which needs no more than the session.
 */
export function removeDevice(ports: Ports, owner: Owner, id: string, called: string): Promise<DeviceOutcome> {
  return owner.account.credentials.some((held) => held.id === id)
    ? removeFactor(ports, owner, id, called)
    : forgetBrowser(ports, owner, id);
}

/** What `decideAct` has to know of a factor that is to be removed. */
export function aboutFactor(ports: Pick<Ports, 'closed' | 'now'>, account: Account, id: string): ActObject {
  const held = account.credentials.find((credential) => credential.id === id);
  const lastRequired = isLastRequired(account.policy, standingOf(account, ports), id, ports.now());
  return { lastRequired, ...(held && { createdAt: held.createdAt }) };
}

function removeFactor(ports: Ports, owner: Owner, id: string, called: string): Promise<DeviceOutcome> {
  return actOnDevice(
    ports,
    owner,
    'remove-factor',
    { id, kind: 'remove' },
    async (tx, acting, device) => {
      if (device.what !== 'factor') return refused('gone');
      const { account, used, now } = acting;
      await tx.credentials.remove(account.id, [id], now + account.policy.lifetimes.cooling * 1000);
      const ended = await endStandingOn(tx, acting, id);
      // What was switched off or blocked before does not come back by a contest of this alone: else whoever holds the thing and the mailbox could
      // have it so.
      const about = { visitor: owner.visitor, about: called, used, removed: [id] };
      const notice = await announce(ports, tx, account, { kind: 'second-factor-removed', ...about });
      await recordDevice(tx, owner, acting, 'second-factor.removed', device, {
        sessions_ended: ended.sessions,
        notice,
      });
      return ended;
    },
    (account) => aboutFactor(ports, account, id),
  );
}

function forgetBrowser(ports: Ports, owner: Owner, id: string): Promise<DeviceOutcome> {
  return actOnDevice(ports, owner, 'take-away', { id, kind: 'remove' }, async (tx, acting, device) => {
    if (device.what !== 'browser') return refused('gone');
    const ended = await tx.sessions.endInBrowser(acting.account.id, device.browser.deviceHash);
    await tx.devices.forget(acting.account.id, id);
    await recordDevice(tx, owner, acting, 'device.forgotten', device, { sessions_ended: ended.sessions });
    return ended;
  });
}
