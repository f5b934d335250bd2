import { parseDeviceName } from '../../domain/device-name.ts';
import { addBeside, type BesideRefusal, type FactorName } from '../account/add-factor.ts';
import { acceptedPasskeys } from '../account/add-passkey.ts';
import { type Adder, newPasskey, newTotp, openPending, sealPending } from '../account/pending-factor.ts';
import { passkeyOptions, type Verified, verifyPasskey, verifyTotp } from '../new-factor.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Ports, Repositories, Visitor } from '../ports.ts';
import { inPairing, type SeenPairing, seePairing } from './see-pairing.ts';

/** What the new phone's page shows. `pending`: for the forms, as they are. */
export interface BringOffer {
  readonly totp: { readonly pending: string; readonly secret: string; readonly uri: string };
  readonly passkey: { readonly pending: string; readonly options: object };
}

export interface FactorBrought {
  readonly outcome: 'brought';
}

export type BringRefusal = BesideRefusal | 'not-a-code' | 'wrong-code' | 'over';

/**
 * Secret and challenge for the phone of a confirmed pairing; changes nothing. `pending`: of the form that was sent in, so that a slip keeps
 * the secret.
 */
export async function offerFactors(ports: Ports, seen: SeenPairing, pending = ''): Promise<BringOffer> {
  const adder = adderOf(seen);
  const sent = openPending(ports, adder, pending);
  const totp = sent?.kind === 'totp' ? sent : newTotp(ports);
  const passkey = newPasskey(ports);
  const { account } = seen;
  return {
    totp: {
      pending: sealPending(ports, adder, totp),
      secret: totp.secret,
      uri: ports.totp.uri(totp.secret, account.username, 'Regain'),
    },
    passkey: {
      pending: sealPending(ports, adder, passkey),
      options: await passkeyOptions(ports, account, passkey.challenge, acceptedPasskeys(account)),
    },
  };
}

/** What the phone's form brings: the first code of an authenticator app on it, or the answer of its passkey; `pending` as it was shown. */
export type Brought = { readonly pending: string; readonly name: FactorName } & (
  | { readonly kind: 'totp'; readonly code: string }
  | { readonly kind: 'passkey'; readonly response: unknown }
);

/**
 * The end of a pairing: the phone's own second factor beside the others, told to everybody as done by what the other device's session stood
 * on, so that "It wasn't me" knows both. No session comes from it: the phone signs in with what it has brought (DESIGN rule 7; BIND-06).
 */
export async function bringFactor(
  ports: Ports,
  visitor: Visitor,
  browserHash: Buffer,
  brought: Brought,
): Promise<FactorBrought | Refused<BringRefusal>> {
  const found = await seePairing(ports, { browserHash });
  if (!found) return refused('over');
  const verified = await verify(ports, adderOf(found), brought);
  if (verified.outcome === 'refused') return verified;
  const { name } = brought;
  const label = parseDeviceName(name.typed) ?? '';
  const factor = { ...verified.factor, label, addedFrom: visitor };

  return inPairing<FactorBrought | Refused<BringRefusal>>(
    ports,
    { browserHash },
    async (tx, { pairing, account, session, at }, now) => {
      // The form was sent twice.
      if (at.stage === 'done' && pairing.credentialId === factor.id) return { outcome: 'brought' };
      if (at.stage !== 'confirmed' || !session) return refused('over');
      if (visitor.deviceHash && (await tx.devices.isBlocked(account.id, visitor.deviceHash))) return refused('over');
      const added = await addBeside(ports, tx, factor, {
        acting: { account, used: session.proofs.map(({ by }) => by), now },
        visitor,
        about: label || name.unnamed,
        details: { pairing: pairing.id },
        endOthers: () => endOthers(tx, account, session.uidHash),
      });
      if (added.outcome === 'refused') return added;
      if (!(await tx.pairings.finish(pairing.id, factor.id, now)))
        throw new Error('a confirmed pairing could not be finished behind the lock on its account');
      return { outcome: 'brought' };
    },
  );
}

/** Against the secret or the challenge of the very page that was shown to this pairing. */
async function verify(ports: Ports, adder: Adder, brought: Brought): Promise<Verified | Refused<BringRefusal>> {
  const shown = openPending(ports, adder, brought.pending);
  if (brought.kind === 'totp')
    return shown?.kind === 'totp' ? verifyTotp(ports, shown, brought.code) : refused('expired');
  return shown?.kind === 'passkey' ? verifyPasskey(ports, shown, brought.response) : refused('expired');
}

/** All sessions but that of the device that showed the QR code. */
async function endOthers(tx: Repositories, { id }: Account, own: Buffer): Promise<{ readonly sessions: number }> {
  const others = (await tx.sessions.live(id)).filter(({ uidHash }) => !uidHash.equals(own));
  let sessions = 0;
  for (const { uidHash } of others) sessions += (await tx.sessions.endByHash(id, uidHash)).sessions;
  return { sessions };
}

const adderOf = ({ account, pairing }: Pick<SeenPairing, 'account' | 'pairing'>): Adder => ({
  account,
  session: { uid: `pairing-${pairing.id}` },
});
