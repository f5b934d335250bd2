import { type KeysFault, readPublicKeys } from '../../domain/public-keys.ts';
import { type AddressFault, faultOfAddress } from '../../domain/web-address.ts';
import type { Refused } from '../outcome.ts';
import { type ClientKind, type ClientSettings, GRANTS } from './client-settings.ts';
import { readName } from './identity.ts';

/** One thing that an application cannot be registered with: `value` is the address that it is about. */
export type WrongInClient =
  | { readonly field: 'name'; readonly why: 'bad-name' }
  | { readonly field: AddressField; readonly why: AddressFault | 'too-many'; readonly value: string }
  | { readonly field: 'redirect_uris'; readonly why: 'missing' }
  | { readonly field: 'grants'; readonly why: 'none' | 'needs-secret' | 'refresh-alone' }
  | { readonly field: 'keys'; readonly why: KeysFault | 'missing' }
  | { readonly field: 'fapi'; readonly why: 'needs-key' }
  | { readonly field: 'without_pkce'; readonly why: 'needs-secret' }
  | { readonly field: 'admits_others'; readonly why: 'first-party' };
type AddressField = 'redirect_uris' | 'post_logout_redirect_uris' | 'backchannel_logout_uri';

export interface WrongClient extends Refused<'wrong'> {
  readonly wrong: readonly WrongInClient[];
}

const MOST_ADDRESSES = 100;

/**
 * Settings as they are kept, each address once, or everything that is wrong with them. A public application has no secret to act for itself with
 * (RFC 6749, 4.4) and cannot do without PKCE (RFC 9700, 2.1.1). People of other organizations are always asked before one learns of them.
 */
export function readClient(typed: ClientSettings, kind: ClientKind): ClientSettings | WrongClient {
  const name = readName(typed.name, 100);
  const grants = GRANTS.filter((grant) => typed.grants.includes(grant));
  const redirectUris = [...new Set(typed.redirectUris)];
  const postLogoutRedirectUris = [...new Set(typed.postLogoutRedirectUris)];
  const signsIn = grants.includes('authorization_code');
  const { backchannelLogoutUri, withoutPkce, firstParty, admitsOthers } = typed;
  const isPublic = kind === 'public';
  const keys = kind === 'key' ? (typed.keys ?? '').trim() : undefined;
  const wrong: WrongInClient[] = [
    ...(name === undefined ? [{ field: 'name', why: 'bad-name' } as const] : []),
    ...(signsIn && redirectUris.length === 0 ? [{ field: 'redirect_uris', why: 'missing' } as const] : []),
    ...wrongIn('redirect_uris', redirectUris),
    ...wrongIn('post_logout_redirect_uris', postLogoutRedirectUris),
    ...wrongIn('backchannel_logout_uri', backchannelLogoutUri === undefined ? [] : [backchannelLogoutUri]),
    ...(grants.length === 0 ? [{ field: 'grants', why: 'none' } as const] : []),
    ...(grants.includes('refresh_token') && !signsIn && !grants.includes('device_code')
      ? [{ field: 'grants', why: 'refresh-alone' } as const]
      : []),
    ...(isPublic && grants.includes('client_credentials') ? [{ field: 'grants', why: 'needs-secret' } as const] : []),
    ...(isPublic && withoutPkce ? [{ field: 'without_pkce', why: 'needs-secret' } as const] : []),
    ...wrongInKeys(keys),
    ...(typed.fapi && kind !== 'key' ? [{ field: 'fapi', why: 'needs-key' } as const] : []),
    ...(firstParty && admitsOthers ? [{ field: 'admits_others', why: 'first-party' } as const] : []),
  ];
  if (name === undefined || wrong.length > 0) return { outcome: 'refused', reason: 'wrong', wrong };
  return { ...typed, keys, name, grants, redirectUris, postLogoutRedirectUris };
}

function wrongInKeys(keys: string | undefined): WrongInClient[] {
  if (keys === undefined) return [];
  if (keys === '') return [{ field: 'keys', why: 'missing' }];
  const read = readPublicKeys(keys);
  return 'fault' in read ? [{ field: 'keys', why: read.fault }] : [];
}

function wrongIn(field: AddressField, addresses: readonly string[]): WrongInClient[] {
  if (addresses.length > MOST_ADDRESSES) return [{ field, why: 'too-many', value: String(MOST_ADDRESSES) }];
  return addresses.flatMap((value) => {
    const why = faultOfAddress(value);
    return why === undefined ? [] : [{ field, why, value }];
  });
}
