import type { PageContext } from '../../frame/page.ts';

/** What a link is for: an e-mailed one, or that of a QR code. A token kept for one is nothing for another (ATTACKS A7). */
export type LinkPurpose = 'recovery' | 'invitation' | 'contest' | 'pairing';

type Visit = Pick<PageContext, 'cookies' | 'ports'>;

/** 256 bits in base64url; in a QR code letters and digits that can be typed (`domain/pairing`). */
const TOKEN = /^(?:[\w-]{43}|[0-9A-Z]{28})$/;

/**
 * Takes the token of a link out of the address bar into a cookie of this browser, sealed (STANDARDS D-05). Changes nothing
 * here, so it may happen on a GET, and as often as a scanner likes (D-01). What cannot be a token of ours is not kept.
 */
export function keepLink({ cookies, ports }: Visit, purpose: LinkPurpose, token: string): void {
  if (TOKEN.test(token)) cookies.setNote('link', ports.crypto.seal(token, contextOf(purpose)));
  else cookies.clear('link');
}

/** The token of the link of this kind that this browser opened last, within the hour; undefined when there is none. */
export function keptLink({ cookies, ports }: Visit, purpose: LinkPurpose): string | undefined {
  const sealed = cookies.note('link');
  if (!sealed) return undefined;
  try {
    return ports.crypto.open(sealed, contextOf(purpose));
  } catch {
    return undefined; // of another kind, not ours, or under a key that is no longer known
  }
}

export function dropLink({ cookies }: Pick<Visit, 'cookies'>): void {
  cookies.clear('link');
}

const contextOf = (purpose: LinkPurpose): string => `link:${purpose}`;
