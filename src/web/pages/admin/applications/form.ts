import { z } from 'zod';
import { ACR, isAcr } from '../../../../domain/assurance.ts';
import { type ClientKind, type ClientSettings, GRANTS } from '../../../../flows/administration/client-settings.ts';
import type { WrongInClient } from '../../../../flows/administration/read-client.ts';
import { field } from '../../../frame/form.ts';
import type { PageContext } from '../../../frame/page.ts';
import { className, GRANT_NAMES } from './words.ts';

const LONGEST_LIST = 40_000;
const TICKS = ['first_party', 'admits_others', 'without_pkce', 'require_push', 'require_dpop', 'fapi'] as const;
const LONGEST_KEYS = 20_000;
const ticked = field(10).optional();

/** The fields of an application's settings, as they are typed: addresses one on a line. */
export const settingFields = {
  name: field(),
  redirect_uris: field(LONGEST_LIST),
  post_logout_redirect_uris: field(LONGEST_LIST),
  backchannel_logout_uri: field(),
  minimum_acr: field(60).optional(),
  authorization_code: ticked,
  refresh_token: ticked,
  client_credentials: ticked,
  device_code: ticked,
  first_party: ticked,
  admits_others: ticked,
  without_pkce: ticked,
  keys: field(LONGEST_KEYS).optional(),
  require_push: ticked,
  require_dpop: ticked,
  fapi: ticked,
};
const fields = z.object(settingFields);
export type TypedSettings = z.infer<typeof fields>;

/** What was typed as settings; spaces around an address and empty lines are no part of it. */
export function settingsFrom(typed: TypedSettings): ClientSettings {
  const backchannel = typed.backchannel_logout_uri.trim();
  return {
    name: typed.name.trim(),
    redirectUris: linesIn(typed.redirect_uris),
    postLogoutRedirectUris: linesIn(typed.post_logout_redirect_uris),
    backchannelLogoutUri: backchannel === '' ? undefined : backchannel,
    grants: GRANTS.filter((grant) => typed[grant] !== undefined),
    minimumAcr: isAcr(typed.minimum_acr) ? typed.minimum_acr : undefined,
    firstParty: typed.first_party !== undefined,
    admitsOthers: typed.admits_others !== undefined,
    withoutPkce: typed.without_pkce !== undefined,
    keys: typed.keys,
    requirePush: typed.require_push !== undefined,
    requireDpop: typed.require_dpop !== undefined,
    fapi: typed.fapi !== undefined,
  };
}

const linesIn = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const on = (holds: boolean | undefined) => (holds ? 'on' : undefined);

/** Settings as they would be typed. */
export function typedFrom(settings: ClientSettings): TypedSettings {
  return {
    name: settings.name,
    redirect_uris: settings.redirectUris.join('\n'),
    post_logout_redirect_uris: settings.postLogoutRedirectUris.join('\n'),
    backchannel_logout_uri: settings.backchannelLogoutUri ?? '',
    minimum_acr: settings.minimumAcr ?? '',
    ...Object.fromEntries(GRANTS.map((grant) => [grant, on(settings.grants.includes(grant))])),
    first_party: on(settings.firstParty),
    admits_others: on(settings.admitsOthers),
    without_pkce: on(settings.withoutPkce),
    keys: settings.keys ?? '',
    require_push: on(settings.requirePush),
    require_dpop: on(settings.requireDpop),
    fapi: on(settings.fapi),
  };
}

/** What was typed, without a private key that came in among the public ones: that is shown to nobody again. */
export function kept<Typed extends TypedSettings>(typed: Typed, wrong: readonly WrongInClient[]): Typed {
  return wrong.some(({ field: name, why }) => name === 'keys' && why === 'private') ? { ...typed, keys: '' } : typed;
}

/** What the view of the form shows. `kind`: of an application that there is; a new one chooses. */
export function formLocals({ t }: Pick<PageContext, 't'>, typed: TypedSettings, kind?: ClientKind) {
  const isPublic = kind === 'public';
  const grants = GRANTS.filter((grant) => !(isPublic && grant === 'client_credentials'));
  const ticks = TICKS.filter(
    (name) => !(isPublic && name === 'without_pkce') && (name !== 'fapi' || kind === undefined || kind === 'key'),
  );
  return {
    typed,
    hasKeys: kind === undefined || kind === 'key',
    grants: grants.map((grant) => ({
      name: grant,
      value: 'on',
      text: t(GRANT_NAMES[grant]),
      hint: t(`registered:grant_${grant}_hint`),
      checked: typed[grant] !== undefined,
    })),
    classes: [
      { value: '', text: t('registered:acr_none') },
      ...ACR.map((value) => ({ value, text: className(t, value) })),
    ],
    ticks: ticks.map((name) => ({
      name,
      text: t(`registered:${name}`),
      hint: t(`registered:${name}_hint`),
      checked: typed[name] !== undefined,
    })),
  };
}
