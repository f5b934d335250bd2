import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { accountOf } from '../account.ts';
import { signedInAs } from './login.ts';

const { Check } = interactionPolicy;

/** What `finish` leaves in an interaction's result once a first second factor was registered: `due`, then, when the page was seen, `done`. */
export const CHECK_UP = 'check_up';

/** Issue 3.4: after the enrolment of a first second factor, in the request that it was asked for in, once. Nobody is kept from an application by it. */
export function checkUpChecks(): interactionPolicy.Check[] {
  return [new Check('just_enrolled', 'a second factor was just registered', isDue)];
}

function isDue(ctx: KoaContextWithOIDC): boolean {
  const { result } = ctx.oidc;
  if (ctx.oidc.promptPending('none')) return false;
  return result?.[CHECK_UP] === 'due' && accountOf(ctx)?.id === signedInAs(result);
}
