import type { Owner } from '../../../../flows/account/act.ts';
import { type Device, seeDevices } from '../../../../flows/account/see-devices.ts';
import { type Answer, seeOther } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { say } from '../said.ts';
import { LIST } from './paths.ts';

type Handler = (ctx: PageContext, owner: Owner, device: Device) => Answer | Promise<Answer>;

/** For the device whose id is in the path; one that is not there (any more) leads back to the list, which says so. */
export function here(handler: Handler): (ctx: PageContext, owner: Owner) => Promise<Answer> {
  return async (ctx, owner) => {
    const { ports, params } = ctx;
    const devices = await seeDevices(ports, ports.store, owner, owner.account);
    const device = devices.find(({ id }) => id === params['id']);
    return device ? handler(ctx, owner, device) : gone(ctx, owner);
  };
}

export function gone(ctx: PageContext, { account }: Owner): Answer {
  say(ctx, 'devices:said_gone', {}, { account: account.id });
  return seeOther(LIST);
}
