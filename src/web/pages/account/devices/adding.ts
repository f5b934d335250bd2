import { LONGEST_NAME } from '../../../../domain/device-name.ts';
import { isBound } from '../../../../domain/way.ts';
import type { NotAllowed, Owner } from '../../../../flows/account/act.ts';
import {
  type AddRefusal,
  type FactorAdded,
  type FactorName,
  MOST_FACTORS,
} from '../../../../flows/account/add-factor.ts';
import type { Refused } from '../../../../flows/outcome.ts';
import { standingOf } from '../../../../flows/standing.ts';
import { translator } from '../../../../i18n/translate.ts';
import { type Answer, type PageSettings, seeOther } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { notAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { deviceName } from '../names.ts';
import { say } from '../said.ts';
import { ADD, LIST } from './paths.ts';

type Kind = 'totp' | 'passkey';

export function nameFor({ account }: Pick<Owner, 'account'>, kind: Kind, typed: string): FactorName {
  return { typed, unnamed: deviceName(translator(account.locale), { kind, label: '' }) };
}

/** Where to go instead of the page for a kind that the policy does not count; undefined: it counts it. */
export function unlessCounted({ account }: Owner, kind: Kind): Answer | undefined {
  return account.policy.secondFactor.kinds.includes(kind) ? undefined : seeOther(ADD);
}

/** "You will be signed out everywhere else": said before a first second factor. */
export function beforeFirst({ t, ports }: PageContext, { account }: Owner): string | undefined {
  return isBound(account.policy, standingOf(account, ports)) ? undefined : t('devices:add_first');
}

/** What follows once the form of a new second factor was sent in. `again`: shows it anew, with what is wrong. */
export function answerTo<Reason extends string>(
  ctx: PageContext,
  owner: Owner,
  { kind, path }: { readonly kind: Kind; readonly path: string },
  outcome: FactorAdded | NotAllowed | Refused<Reason | AddRefusal>,
  again: (settings: PageSettings, reason: Reason | AddRefusal) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  switch (outcome.outcome) {
    case 'added': {
      const name = deviceName(ctx.t, { kind, label: outcome.label });
      const key = outcome.first ? 'devices:said_added_first' : 'devices:said_added';
      say(ctx, key, { name }, { account: owner.account.id });
      return seeOther(LIST);
    }
    case 'not-allowed':
      return notAllowed(ctx, path, outcome);
    case 'refused':
      return again(settingsFor(ctx, kind, outcome), outcome.reason);
  }
}

/** What is wrong, for the page that is shown again. */
export function settingsFor(ctx: PageContext, kind: Kind, refusal: Refused<string>): PageSettings {
  const { t } = ctx;
  switch (refusal.reason) {
    case 'too-much-changed':
      return tooOften(ctx, refusal, 'contacts:changes_too_often');
    case 'name-too-long':
      return { errors: [{ field: 'name', text: t('devices:name_too_long', { most: LONGEST_NAME }) }] };
    case 'too-many':
      return { status: 409, errors: [{ text: t('devices:add_too_many', { most: MOST_FACTORS }) }] };
    case 'not-offered':
      return { status: 409, errors: [{ text: t('devices:add_not_offered') }] };
    case 'not-a-code':
      return { errors: [{ field: 'code', text: t('factor:not_a_code') }] };
    case 'wrong-code':
      return { errors: [{ field: 'code', text: t('factor:register_wrong_code') }] };
    case 'passkey-failed':
      return { errors: [{ text: t('devices:add_passkey_failed') }] };
    default:
      return { errors: [{ text: t(kind === 'totp' ? 'devices:add_expired' : 'devices:add_passkey_expired') }] };
  }
}
