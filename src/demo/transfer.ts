import type { SignedIn, Wish } from './provider.ts';

/** A page that is worth more than the rest of the application: two factors, both of them given a moment ago (RFC 9470). */
export const ENOUGH = ['urn:regain:acr:2', 'phr'] as const;
const FRESH_SECONDS = 300;

/** What is asked of the provider before a transfer. Essential: nothing weaker comes back, a refusal does (OIDC Core, 5.5.1.1). */
export const transferWish = (locale: string): Wish => ({ essential: ENOUGH, maxAge: FRESH_SECONDS, locale });

/** Whether this sign-in is good enough for a transfer now. `now` in milliseconds. The application decides, by what the ID token says. */
export function mayTransfer({ claims }: Pick<SignedIn, 'claims'>, now: number): boolean {
  const { acr, auth_time: at } = claims;
  const strong = ENOUGH.some((enough) => enough === acr);
  return strong && typeof at === 'number' && now / 1000 - at <= FRESH_SECONDS;
}
