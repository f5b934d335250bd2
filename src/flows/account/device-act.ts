import type { Act, ActObject } from '../../domain/act.ts';
import type { AuditKind } from '../../domain/audit-event.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Ports, Repositories } from '../ports.ts';
import { type Acting, inAct, type NotAllowed, type Owner } from './act.ts';
import { endOpen } from './let-go.ts';
import { mayChange } from './may-change.ts';
import { actsOn, type Device, type DeviceAct, seeDevices } from './see-devices.ts';

/** What was done with a device. */
export interface DeviceChanged {
  readonly outcome: 'changed';
  /** As it was before. */
  readonly device: Device;
  readonly sessionsEnded: number;
  /** The present session ended with it: its owner signs in again. */
  readonly ownEnded: boolean;
}

/**
 * `gone`: there is no such device (any more); `not-now`: it is in another state meanwhile; `too-much-changed`: too much was changed lately. Nothing
 * was done.
 */
export type DeviceOutcome = DeviceChanged | Refused<'gone' | 'not-now' | 'too-much-changed'> | NotAllowed;

/** What an act does once it is decided: ends sessions and says how many, writes the audit line and tells the owner. */
type DeviceWork = (
  tx: Repositories,
  acting: Acting,
  device: Device,
) => Promise<{ readonly sessions: number } | Refused<'gone' | 'not-now'>>;

/**
 * One act on one device of the owner: decided as `act`, under the lock on the account and with the device as it is then, and only where
 * `kind` is among what can be done with it. What only takes away is never slowed down.
 */
export async function actOnDevice(
  ports: Ports,
  owner: Owner,
  act: Act,
  { id, kind }: { readonly id: string; readonly kind: DeviceAct },
  work: DeviceWork,
  about?: (account: Account) => ActObject,
): Promise<DeviceOutcome> {
  const all = async (tx: Repositories, acting: Acting): Promise<DeviceOutcome> => {
    const device = (await seeDevices(ports, tx, owner, acting.account)).find((one) => one.id === id);
    if (!device) return refused('gone');
    if (!actsOn(device).includes(kind)) return refused('not-now');
    const done = await work(tx, acting, device);
    if ('outcome' in done) return done;
    return { outcome: 'changed', device, sessionsEnded: done.sessions, ownEnded: endsOwn(device, kind) };
  };
  const not = act === 'take-away' ? undefined : await mayChange(ports, owner, act, about);
  return not ?? inAct(ports, owner, act, all, about);
}

const endsOwn = ({ mine }: Device, kind: DeviceAct): boolean => mine && kind !== 'on';

/**
 * Ends what stood on a credential or contact: sessions with their grants and tokens, and sign-ins that are not open yet (SPEC S4); and
 * whatever is half done anywhere, since what it was decided on has changed (ATTACKS A19).
 */
export async function endStandingOn(
  tx: Repositories,
  { account, now }: Acting,
  id: string,
): Promise<{ readonly sessions: number }> {
  const ended = await tx.sessions.endStandingOn(account.id, [id]);
  await endOpen(tx, account.id, now);
  return ended;
}

/** The line in the audit log: which factor, phone or browser, and what its owner called it then (null: nothing). */
export async function recordDevice(
  tx: Repositories,
  owner: Owner,
  { account }: Acting,
  kind: AuditKind,
  device: Device,
  details: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  await tx.audit.append(
    {
      kind,
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { ...factsOf(device), ...details },
    },
    owner.visitor,
  );
}

/** What the log says of a device. */
export function factsOf(device: Device): Readonly<Record<string, string | null>> {
  switch (device.what) {
    case 'factor':
      return { device: device.id, what: device.factor.kind, name: device.factor.label || null };
    case 'phone':
      return { device: device.id, what: 'phone' };
    case 'browser':
      return { device: device.id, what: 'browser', name: device.browser.name, agent: device.browser.userAgent };
    case 'session':
      return { what: 'browser', agent: device.session.userAgent };
  }
}
