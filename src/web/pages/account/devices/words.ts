import { deviceKind, nameUserAgent } from '../../../../domain/user-agent.ts';
import type { Device } from '../../../../flows/account/see-devices.ts';
import { type When, whenOf } from '../../../../i18n/dates.ts';
import type { TextKey, Translate } from '../../../../i18n/translate.ts';
import type { PageContext } from '../../../frame/page.ts';
import { browserName, deviceName, placeName } from '../names.ts';

type Words = Pick<PageContext, 't' | 'locale' | 'ports'>;

/** As parts/line takes it. */
export type Line = string | { readonly text: string; readonly when: When };

/** As parts/state takes it. */
export interface State {
  readonly text: string;
  readonly tone?: 'ok' | 'off' | 'alert';
}

/** What the owner calls it, else what it is. */
export function nameOf(t: Translate, device: Device): string {
  switch (device.what) {
    case 'factor':
      return deviceName(t, device.factor);
    case 'phone':
      return device.phone.value;
    case 'browser':
      return browserName(t, device.browser);
    case 'session':
      return browserName(t, device.session);
  }
}

/** What it is called when it has no name. */
export function unnamed(t: Translate, device: Device): string {
  if (device.what === 'factor') return deviceName(t, { ...device.factor, label: '' });
  return device.what === 'browser' ? browserName(t, { ...device.browser, name: null }) : nameOf(t, device);
}

const BROWSER_ICONS = { phone: 'smartphone', computer: 'monitor', unknown: 'globe' } as const;

export function iconOf(device: Device): string {
  switch (device.what) {
    case 'factor':
      return device.factor.kind === 'totp' ? 'shield-check' : 'fingerprint-pattern';
    case 'phone':
      return 'message-square';
    case 'browser':
      return BROWSER_ICONS[deviceKind(device.browser.userAgent)];
    case 'session':
      return BROWSER_ICONS[deviceKind(device.session.userAgent ?? '')];
  }
}

/** The mark on what the reader is using now. */
export function hereOf(t: Translate, device: Device): string | undefined {
  if (!device.mine) return undefined;
  return t(device.what === 'browser' || device.what === 'session' ? 'devices:this_browser' : 'devices:used_here');
}

const FACTOR_STATES = {
  active: { key: 'devices:state_on', tone: 'ok' },
  off: { key: 'devices:state_off', tone: 'off' },
  disabled: { key: 'devices:state_disabled', tone: 'alert' },
  blocked: { key: 'devices:state_blocked', tone: 'alert' },
  removed: { key: 'devices:state_off', tone: 'off' },
} as const satisfies Record<string, { key: TextKey; tone: State['tone'] }>;

export function statesOf(t: Translate, device: Device): State[] {
  switch (device.what) {
    case 'factor': {
      const { key, tone } = FACTOR_STATES[device.factor.state];
      const lost = device.factor.lostAt !== null && device.factor.state === 'off';
      return [{ text: t(key), tone }, ...(lost ? [{ text: t('devices:state_lost') }] : [])];
    }
    case 'phone':
      if (device.phone.offAt !== null) return [{ text: t('devices:state_off'), tone: 'off' }];
      return device.signsIn ? [{ text: t('devices:state_on'), tone: 'ok' }] : [{ text: t('devices:state_recovery') }];
    case 'browser':
      if (device.browser.blockedAt !== null) return [{ text: t('devices:state_blocked'), tone: 'alert' }];
      return [signedIn(t, device.sessions.length > 0)];
    case 'session':
      return [signedIn(t, true)];
  }
}

const signedIn = (t: Translate, open: boolean): State =>
  open ? { text: t('devices:state_signed_in'), tone: 'ok' } : { text: t('devices:state_signed_out') };

/** What it is, in a line that explains; undefined where its name says it. */
export function aboutOf(t: Translate, device: Device): string | undefined {
  switch (device.what) {
    case 'factor': {
      const named = device.factor.label ? 'about' : 'unnamed';
      if (device.factor.kind === 'totp') return t(`devices:${named}_totp`);
      return t(device.factor.synced ? `devices:${named}_passkey_synced` : `devices:${named}_passkey`);
    }
    case 'phone':
      return t(device.signsIn ? 'devices:about_phone' : 'devices:about_phone_recovery');
    case 'browser':
      return device.browser.name === null ? undefined : unnamed(t, device);
    case 'session':
      return t('devices:about_session');
  }
}

/** What its state means, where that needs a line. */
export function noteOf(t: Translate, device: Device): string | undefined {
  if (device.what === 'factor' && device.factor.state === 'disabled') return t('devices:about_disabled');
  if (device.what === 'browser' && device.browser.blockedAt !== null) return t('devices:about_blocked_browser');
  return undefined;
}

/** When and roughly where it was added and used. */
export function historyOf(words: Words, device: Device): Line[] {
  const { t } = words;
  const at = (key: TextKey, time: number, values: Readonly<Record<string, string>> = {}): Line => ({
    text: t(key, { ...values, when: '{when}' }),
    when: whenOf(words.locale, time, words.ports.now()),
  });
  const from = (key: 'devices:signed_in' | 'devices:first_used', time: number, ip: string | null): Line => {
    const place = placeName(t, ip);
    return place === undefined ? at(key, time) : at(`${key}_from`, time, { place });
  };
  switch (device.what) {
    case 'factor': {
      const { createdAt, lastUsedAt, addedFrom } = device.factor;
      const agent = nameUserAgent(addedFrom?.userAgent ?? '');
      const browser = agent && t('messages:browser', agent);
      const place = addedFrom ? placeName(t, addedFrom.ip) : undefined;
      const values = { ...(browser && { browser }), ...(place && { place }) };
      const added = `devices:added${browser ? '_with' : ''}${place ? '_from' : ''}` as const;
      const used = lastUsedAt === null ? t('devices:never_used') : at('devices:last_used', lastUsedAt);
      return [at(added, createdAt, values), used];
    }
    case 'phone':
      return [
        ...(device.phone.verifiedAt === null ? [] : [at('devices:confirmed', device.phone.verifiedAt)]),
        ...(device.phone.offAt === null ? [] : [at('devices:switched_off', device.phone.offAt)]),
      ];
    case 'browser': {
      const { lastSeenAt, ip, firstSeenAt, firstIp, blockedAt } = device.browser;
      return [
        from('devices:signed_in', lastSeenAt, ip),
        from('devices:first_used', firstSeenAt, firstIp),
        ...(blockedAt === null ? [] : [at('devices:blocked', blockedAt)]),
      ];
    }
    case 'session':
      return [from('devices:signed_in', device.session.at, device.session.ip)];
  }
}
