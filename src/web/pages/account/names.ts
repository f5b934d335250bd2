import type { CredentialKind } from '../../../domain/credential.ts';
import { describePlace } from '../../../domain/place.ts';
import { nameUserAgent } from '../../../domain/user-agent.ts';
import type { Translate } from '../../../i18n/translate.ts';

/** What a credential is called: by the name that its owner gave it, else by what it is ("Authenticator app", "Passkey", "Password"). */
export function deviceName(t: Translate, held: { readonly kind: CredentialKind; readonly label: string }): string {
  return held.label || t(`receipt:kind_${held.kind}`);
}

/** What a browser is called: by the name that its owner gave it, else by what it says it is ("Firefox on Linux"). */
export function browserName(
  t: Translate,
  browser: { readonly name?: string | null; readonly userAgent: string | null },
): string {
  const known = nameUserAgent(browser.userAgent ?? '');
  return browser.name || (known ? t('messages:browser', known) : t('messages:browser_unknown'));
}

/** Roughly where, in the middle of a sentence: "203.0.113.9", "this computer", "a local network"; undefined when the address says nothing. */
export function placeName(t: Translate, ip: string | null): string | undefined {
  const place = describePlace(ip ?? '');
  if (!place) return undefined;
  return place.kind === 'address' ? place.text : t(`parts:place_${place.kind}`);
}
