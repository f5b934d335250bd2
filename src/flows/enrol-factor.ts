import type { Journey } from '../domain/journey.ts';
import { complete } from './complete.ts';
import { passkeyOptions, verifyPasskey, verifyTotp } from './new-factor.ts';
import { asksForFactor } from './next.ts';
import { type Completed, type Refused, refused } from './outcome.ts';
import type { Account, NewCredential, Ports, Visitor } from './ports.ts';
import { passkeysOf } from './prove-passkey.ts';
import { waitingPassword } from './set-password.ts';
import { verdictOn } from './standing.ts';

export interface FactorOffer {
  /** Base32, to be shown as text and in the QR code. */
  readonly secret: string;
  readonly uri: string;
  /** WebAuthn creation options for the browser. */
  readonly passkey: object;
}

export type EnrolRefusal = 'not-asked' | 'wrong-code' | 'not-a-code' | 'passkey-failed' | 'browser-blocked';

/** What "Register a new second factor" shows; undefined when it is not its turn. Reads only. */
export async function offerFactor(ports: Ports, journey: Journey): Promise<FactorOffer | undefined> {
  const turn = await itsTurn(ports, journey);
  if (!turn) return undefined;
  const { account, enrolment } = turn;
  const secret = secretOf(ports, journey, enrolment.totp);
  return {
    secret,
    uri: ports.totp.uri(secret, account.username, 'Regain'),
    passkey: await passkeyOptions(ports, account, enrolment.challenge, turn.replaces ? [] : passkeysOf(account)),
  };
}

/** An authenticator app, confirmed by its first code. That code is spent: it is no proof afterwards (SPEC T8). */
export async function enrolTotp(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
): Promise<Completed | Refused<EnrolRefusal>> {
  const turn = await itsTurn(ports, journey);
  if (!turn) return refused('not-asked');
  const secret = secretOf(ports, journey, turn.enrolment.totp);
  const verified = verifyTotp(ports, { id: ports.crypto.uuid(), secret }, typed);
  return verified.outcome === 'verified' ? finish(ports, visitor, journey, verified.factor) : verified;
}

/** A passkey, checked against the challenge of this journey. */
export async function enrolPasskey(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  response: unknown,
): Promise<Completed | Refused<EnrolRefusal>> {
  const turn = await itsTurn(ports, journey);
  if (!turn) return refused('not-asked');
  const { challenge } = turn.enrolment;
  const verified = await verifyPasskey(ports, { id: ports.crypto.uuid(), challenge }, response);
  if (verified.outcome === 'refused') return verified;
  const { factor } = verified;
  if (factor.kind === 'passkey' && (await ports.store.accounts.findByPasskey(factor.webauthnId)))
    return refused('passkey-failed');
  return finish(ports, visitor, journey, factor);
}

function finish(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  factor: NewCredential,
): Promise<Completed | Refused<EnrolRefusal>> {
  const passwordHash = waitingPassword(ports, journey);
  return complete(ports, visitor, journey, { factor, ...(passwordHash ? { passwordHash } : {}) });
}

async function itsTurn(
  ports: Ports,
  journey: Journey,
): Promise<{ account: Account; enrolment: { totp: string; challenge: string }; replaces: boolean } | undefined> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  const { enrolment } = journey.state;
  if (!account || !enrolment) return undefined;
  const verdict = verdictOn(ports, account, journey);
  if (verdict.verdict !== 'allow' || !asksForFactor(verdict)) return undefined;
  return { account, enrolment, replaces: verdict.effects.includes('replace-second-factors') };
}

function secretOf(ports: Ports, journey: Journey, sealed: string): string {
  return ports.crypto.open(Buffer.from(sealed, 'base64'), `enrolment:${journey.id}`);
}
