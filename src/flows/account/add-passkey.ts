import { passkeyOptions, verifyPasskey } from '../new-factor.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, PasskeyCredential, Ports } from '../ports.ts';
import type { NotAllowed, Owner } from './act.ts';
import { type AddRefusal, addFactor, type FactorAdded, type FactorName } from './add-factor.ts';
import { newPasskey, openPending, sealPending } from './pending-factor.ts';

export interface PasskeyOffer {
  /** For the form, as it is. */
  readonly pending: string;
  /** WebAuthn creation options for the browser. */
  readonly options: object;
}

/** What the page shows, with a challenge of its own each time; changes nothing. */
export async function offerPasskey(ports: Ports, owner: Owner): Promise<PasskeyOffer> {
  const pending = newPasskey(ports);
  return {
    pending: sealPending(ports, owner, pending),
    options: await passkeyOptions(ports, owner.account, pending.challenge, acceptedPasskeys(owner.account)),
  };
}

/** Adds a passkey, checked against the challenge of the form. One that some account holds is refused. */
export async function addPasskey(
  ports: Ports,
  owner: Owner,
  { pending, response, name }: { readonly pending: string; readonly response: unknown; readonly name: FactorName },
): Promise<FactorAdded | Refused<AddRefusal> | NotAllowed> {
  return addFactor(ports, owner, name, async () => {
    const shown = openPending(ports, owner, pending);
    return shown?.kind === 'passkey' ? verifyPasskey(ports, shown, response) : refused('expired');
  });
}

/** The passkeys that sign in, or will again once they are switched on. */
export function acceptedPasskeys(account: Account): PasskeyCredential[] {
  return account.credentials.filter(
    (held): held is PasskeyCredential => held.kind === 'passkey' && (held.state === 'active' || held.state === 'off'),
  );
}
