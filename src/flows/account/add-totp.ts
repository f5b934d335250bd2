import { verifyTotp } from '../new-factor.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import type { NotAllowed, Owner } from './act.ts';
import { type AddRefusal, addFactor, type FactorAdded, type FactorName } from './add-factor.ts';
import { newTotp, openPending, sealPending } from './pending-factor.ts';

export interface TotpOffer {
  /** For the form, as it is. */
  readonly pending: string;
  /** Base32, to be shown as text and in the QR code. */
  readonly secret: string;
  readonly uri: string;
}

/** What the page shows; changes nothing. `pending`: of the form that was sent in, so that a mistyped code keeps the secret. */
export function offerTotp(ports: Ports, owner: Owner, pending = ''): TotpOffer {
  const sent = openPending(ports, owner, pending);
  const shown = sent?.kind === 'totp' ? sent : newTotp(ports);
  return {
    pending: sealPending(ports, owner, shown),
    secret: shown.secret,
    uri: ports.totp.uri(shown.secret, owner.account.username, 'Regain'),
  };
}

/** Adds an authenticator app, confirmed by its first code. */
export async function addTotp(
  ports: Ports,
  owner: Owner,
  { pending, code, name }: { readonly pending: string; readonly code: string; readonly name: FactorName },
): Promise<FactorAdded | Refused<AddRefusal | 'not-a-code' | 'wrong-code'> | NotAllowed> {
  return addFactor(ports, owner, name, () => {
    const shown = openPending(ports, owner, pending);
    return shown?.kind === 'totp' ? verifyTotp(ports, shown, code) : refused('expired');
  });
}
