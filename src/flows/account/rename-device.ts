import { parseDeviceName } from '../../domain/device-name.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { recordDevice } from './device-act.ts';
import { seeDevices } from './see-devices.ts';

/** Gives a second factor or a browser the name that its owner typed; with none it is called by what it is. */
export async function renameDevice(
  ports: Ports,
  owner: Owner,
  id: string,
  typed: string,
): Promise<{ readonly outcome: 'renamed'; readonly name: string } | Refused<'gone' | 'name-too-long'> | NotAllowed> {
  const name = parseDeviceName(typed);
  if (name === undefined) return refused('name-too-long');
  return inAct(ports, owner, 'describe', async (tx, acting) => {
    const { account } = acting;
    const device = (await seeDevices(ports, tx, owner, account)).find((one) => one.id === id);
    if (device?.what === 'factor') {
      if (device.factor.label === name) return { outcome: 'renamed', name };
      await tx.credentials.relabel(account.id, id, name);
    } else if (device?.what === 'browser') {
      if (device.browser.name === (name || null)) return { outcome: 'renamed', name };
      await tx.devices.rename(account.id, id, name || null);
    } else return refused('gone');
    await recordDevice(tx, owner, acting, 'device.renamed', device, { to: name });
    return { outcome: 'renamed', name };
  });
}
