import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { restoreCodeDue } from '../../flows/account/restore-code-due.ts';
import { accountOf } from '../account.ts';
import type { DemandDependencies } from '../demand.ts';
import { isOwnClient } from '../own-clients.ts';
import { acrOf } from '../requested-acr.ts';
import { CHECK_UP } from './check-up.ts';
import { signedInAs } from './login.ts';
import { STEP_UP } from './step-up.ts';

const { Check } = interactionPolicy;

/** What `finish` leaves in an interaction's result once a restore code was proposed: it is proposed once in a request. */
export const RESTORE_CODE = 'restore_code';

/**
 * SPEC S1: right after a sign-in for an application, never with `prompt=none`, never on a step-up, and not on the way to our own consoles, in one of
 * which it is offered. One that belongs to the enrolment (SPEC S12) comes there too, and also after the step-up that an enrolment may need.
 */
export function restoreCodeChecks(deps: DemandDependencies): interactionPolicy.Check[] {
  return [new Check('restore_code_due', 'a restore code is proposed', (ctx) => isProposed(deps, ctx))];
}

function isProposed(deps: DemandDependencies, ctx: KoaContextWithOIDC): boolean {
  const account = accountOf(ctx);
  const { session, result, client } = ctx.oidc;
  if (!account || !session || ctx.oidc.promptPending('none')) return false;
  if (signedInAs(result) !== account.id || result?.[RESTORE_CODE]) return false;
  if (result?.[STEP_UP] && result[CHECK_UP] !== 'due') return false;
  const at = (session.loginTs ?? 0) * 1000;
  const due = restoreCodeDue(deps, { account, session: { uid: session.uid, acr: acrOf(session), at } });
  return due === 'owed' || (due === 'proposed' && !isOwnClient(client?.clientId ?? ''));
}
