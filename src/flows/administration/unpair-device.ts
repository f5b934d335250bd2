import { factsOf } from '../account/device-act.ts';
import { endOpen } from '../account/let-go.ts';
import { type Device, seeDevices } from '../account/see-devices.ts';
import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Account, Ports, Repositories } from '../ports.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

/** What an operator can take off an account: second factors and browsers. A phone is a contact, and its owner's. */
export type Unpairable = Extract<Device, { what: 'factor' | 'browser' | 'session' }>;

export interface Unpaired {
  readonly outcome: 'unpaired';
  readonly device: Unpairable;
  readonly sessions: number;
}

export const isUnpairable = (device: Device): device is Unpairable => device.what !== 'phone';

/**
 * Takes a device off an account (SPEC S13). A second factor is dead at once with what stood on it, and kept sealed so that a contest can
 * revive it; it may be the last one: a new one then comes by the recovery that the policy has for a lost one. A browser is signed out and
 * forgotten. The owner is told. `called`: the device's name, in the owner's language.
 */
export function unpairDevice(
  ports: AdministrationPorts,
  named: string,
  id: string,
  { called, ...why }: Why & { readonly called: (device: Device, account: Account) => string },
): Promise<Unpaired | Refused<'unknown-user' | 'not-allowed' | 'gone' | 'frozen'>> {
  return onAccount(ports, named, 'unpair', async (tx, account): Promise<Unpaired | Refused<'gone' | 'frozen'>> => {
    if (account.frozenAt !== null) return refused('frozen');
    const device = (await seeDevices(ports, tx, null, account)).filter(isUnpairable).find((one) => one.id === id);
    if (!device) return refused('gone');
    const { sessions, removed } = await takeOff(ports, tx, account, device);
    const kind = device.what === 'factor' ? 'second-factor-removed' : 'sessions-ended';
    const about = called(device, account);
    const notice = await announce(ports, tx, account, { kind, visitor: NO_VISITOR, about, removed });
    await record(ports, tx, {
      kind: device.what === 'factor' ? 'second-factor.removed' : 'device.forgotten',
      accountId: account.id,
      organizationId: account.organizationId,
      details: { ...factsOf(device), sessions_ended: sessions, notice, ...why },
    });
    return { outcome: 'unpaired', device, sessions };
  });
}

async function takeOff(
  ports: Pick<Ports, 'now'>,
  tx: Repositories,
  account: Account,
  device: Unpairable,
): Promise<{ readonly sessions: number; readonly removed: readonly string[] }> {
  switch (device.what) {
    case 'factor': {
      await tx.credentials.remove(account.id, [device.id], ports.now() + account.policy.lifetimes.cooling * 1000);
      const { sessions } = await tx.sessions.endStandingOn(account.id, [device.id]);
      await endOpen(tx, account.id, ports.now());
      // What was switched off or blocked before comes back by no contest.
      return { sessions, removed: device.factor.state === 'active' ? [device.id] : [] };
    }
    case 'browser': {
      const { sessions } = await tx.sessions.endInBrowser(account.id, device.browser.deviceHash);
      await tx.devices.forget(account.id, device.id);
      return { sessions, removed: [] };
    }
    case 'session':
      return { ...(await tx.sessions.endByHash(account.id, device.session.uidHash)), removed: [] };
  }
}
