import type { Acr } from '../../../../domain/assurance.ts';
import {
  type ClientKind,
  type ClientSettings,
  type Grant,
  kindOf,
} from '../../../../flows/administration/client-settings.ts';
import type { WrongInClient } from '../../../../flows/administration/read-client.ts';
import type { RegisteredClient } from '../../../../flows/ports/clients.ts';
import type { TextKey, Translate } from '../../../../i18n/translate.ts';
import type { PageError } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';

export const KINDS: Readonly<Record<ClientKind, TextKey>> = {
  secret: 'registered:kind_secret',
  public: 'registered:kind_public',
  key: 'registered:kind_key',
};

export const GRANT_NAMES: Readonly<Record<Grant, TextKey>> = {
  authorization_code: 'registered:grant_authorization_code',
  refresh_token: 'registered:grant_refresh_token',
  client_credentials: 'registered:grant_client_credentials',
  device_code: 'registered:grant_device_code',
};

const ACR_NAMES: Readonly<Record<Acr, TextKey>> = {
  'urn:regain:acr:1': 'registered:acr_1',
  'urn:regain:acr:2-sms': 'registered:acr_2-sms',
  'urn:regain:acr:2': 'registered:acr_2',
  phr: 'registered:acr_phr',
};

/** A class of sign-in in words, and as applications ask for it. */
export const className = (t: Translate, acr: Acr): string => `${t(ACR_NAMES[acr])} · ${acr}`;

/** As parts/state. */
export function statesOf({ t }: Pick<PageContext, 't'>, client: RegisteredClient) {
  return [
    ...(client.suspendedAt === null ? [] : [{ text: t('registered:state_suspended'), tone: 'alert' }]),
    ...(kindOf(client) === 'public' ? [{ text: t('registered:state_public') }] : []),
  ];
}

/** What an application is set to, as rows of parts/summary-list. */
export function settingRows(t: Translate, settings: ClientSettings) {
  const none = t('registered:none');
  const list = (values: readonly string[]) => (values.length === 0 ? none : [...values]);
  const yes = (holds: boolean | undefined) => t(holds ? 'registered:yes' : 'registered:no');
  const { minimumAcr } = settings;
  return [
    { key: t('registered:redirect_uris'), value: list(settings.redirectUris) },
    { key: t('registered:post_logout_redirect_uris'), value: list(settings.postLogoutRedirectUris) },
    { key: t('registered:backchannel_logout_uri'), value: settings.backchannelLogoutUri ?? none },
    { key: t('registered:grants'), value: list(settings.grants.map((grant) => t(GRANT_NAMES[grant]))) },
    { key: t('registered:minimum_acr'), value: minimumAcr ? className(t, minimumAcr) : t('registered:acr_none') },
    { key: t('registered:first_party'), value: yes(settings.firstParty) },
    { key: t('registered:admits_others'), value: yes(settings.admitsOthers) },
    { key: t('registered:without_pkce'), value: yes(settings.withoutPkce) },
    { key: t('registered:require_push'), value: yes(settings.requirePush) },
    { key: t('registered:require_dpop'), value: yes(settings.requireDpop) },
    ...(settings.keys === undefined
      ? []
      : [
          { key: t('registered:keys'), value: settings.keys },
          { key: t('registered:fapi'), value: yes(settings.fapi) },
        ]),
  ];
}

const LONGEST_SHOWN = 80;

/** What is wrong with what was typed, each about its own field. */
export function errorsOf(t: Translate, wrong: readonly WrongInClient[]): PageError[] {
  return wrong.map((one) => ({ field: one.field, text: t(textOf(one), { value: valueOf(one) }) }));
}

function valueOf(one: WrongInClient): string {
  const value = 'value' in one ? one.value : '';
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}

/** Of keys; all else is about the address that they are at. */
const KEYS_TEXTS: Readonly<Record<string, 'missing' | 'not-keys' | 'private' | 'weak'>> = {
  missing: 'missing',
  'not-keys': 'not-keys',
  private: 'private',
  weak: 'weak',
};

function textOf(one: WrongInClient): TextKey {
  if (one.field === 'keys') return `registered:wrong_keys_${KEYS_TEXTS[one.why] ?? 'address'}`;
  if (one.field === 'fapi') return 'registered:wrong_fapi';
  if (one.field === 'name' || one.field === 'without_pkce' || one.field === 'admits_others')
    return `registered:wrong_${one.field}`;
  return one.field === 'grants' ? `registered:wrong_grants_${one.why}` : `registered:wrong_${one.why}`;
}
