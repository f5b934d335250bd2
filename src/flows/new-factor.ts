import { parseShortCode } from '../domain/one-time-code.ts';
import { type Refused, refused } from './outcome.ts';
import type { Account, NewCredential, PasskeyCredential, Ports } from './ports.ts';

/** A second factor as it was shown to work; not yet anybody's. */
export interface Verified {
  readonly outcome: 'verified';
  readonly factor: NewCredential;
}

/** An authenticator app, by the first code that it shows for `secret` (base32). That code is spent: it is no proof afterwards (SPEC T8). */
export function verifyTotp(
  ports: Pick<Ports, 'crypto' | 'now' | 'totp'>,
  { id, secret }: { readonly id: string; readonly secret: string },
  typed: string,
): Verified | Refused<'not-a-code' | 'wrong-code'> {
  const code = parseShortCode(typed);
  if (!code) return refused('not-a-code');
  const step = ports.totp.verify(secret, code, ports.now(), null);
  if (step === undefined) return refused('wrong-code');
  const sealedSecret = ports.crypto.seal(secret, `credential:${id}`);
  return {
    outcome: 'verified',
    factor: { id, kind: 'totp', label: '', sealedSecret, lastStep: step, unsettledUntil: null },
  };
}

/** A passkey, checked against `challenge`: origin, RP id and signature are checked by the port (ATTACKS A25). */
export async function verifyPasskey(
  ports: Pick<Ports, 'passkeys'>,
  { id, challenge }: { readonly id: string; readonly challenge: string },
  response: unknown,
): Promise<Verified | Refused<'passkey-failed'>> {
  const registered = await ports.passkeys.verifyRegistration(response, challenge);
  if (!registered) return refused('passkey-failed');
  return { outcome: 'verified', factor: { id, kind: 'passkey', label: '', ...registered, unsettledUntil: null } };
}

/** WebAuthn creation options for the browser of this account's owner. `exclude`: an authenticator with one of these registers no other. */
export function passkeyOptions(
  ports: Pick<Ports, 'passkeys'>,
  account: Account,
  challenge: string,
  exclude: readonly PasskeyCredential[],
): Promise<object> {
  const displayName = [account.givenName, account.familyName].filter(Boolean).join(' ') || account.username;
  const { id: accountId, username } = account;
  return ports.passkeys.registrationOptions({ challenge, accountId, username, displayName, exclude });
}
