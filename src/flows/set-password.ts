import type { Journey } from '../domain/journey.ts';
import { judgePassword, leastLength, normalizePassword, type PasswordRefusal } from '../domain/password-rules.ts';
import { complete } from './complete.ts';
import { asksForFactor, asksForPassword } from './next.ts';
import { type Advanced, type Completed, type Refused, refused } from './outcome.ts';
import type { Account, Ports, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';
import { takeStep } from './take-step.ts';

/** Words that a password must not be: the person's own and the product's (NIST PWD-10, ASVS 6.1.2). */
const SERVICE_WORDS = ['regain'];

/**
 * A new password where the verdict allows one. Refusals say why (PWD-11). When a second factor has to be registered too, the
 * password waits in the journey, hashed and sealed, and nothing changes on the account until the last step.
 */
export async function setPassword(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
): Promise<Advanced | Completed | Refused<PasswordRefusal | 'same' | 'not-asked' | 'browser-blocked'>> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account) return refused('not-asked');
  const verdict = verdictOn(ports, account, journey);
  if (!asksForPassword(verdict)) return refused('not-asked');

  const password = normalizePassword(typed);
  const refusal = judgeNewPassword(ports, account, password, leastHere(ports, account, journey));
  if (refusal) return refused(refusal);
  // Whoever did what was contested may know the old one.
  if (journey.goal === 'lift-freeze' && (await isHeld(ports, account, password))) return refused('same');
  const hash = await ports.passwords.hash(password);
  if (!asksForFactor(verdict)) return complete(ports, visitor, journey, { passwordHash: hash });
  const sealed = ports.crypto.seal(hash, `new-password:${journey.id}`).toString('base64');
  return takeStep(ports, visitor, journey, account, { state: { ...journey.state, password: sealed } });
}

/** Whether the account has this password, or had it before the contested acts. */
async function isHeld(ports: Pick<Ports, 'passwords'>, account: Account, password: string): Promise<boolean> {
  for (const held of account.credentials)
    if (held.kind === 'password' && (await ports.passwords.verify(password, held.hash)).ok) return true;
  return false;
}

/** The hash that waits in the journey, or undefined. */
export function waitingPassword(ports: Ports, journey: Journey): string | undefined {
  const { password } = journey.state;
  return password ? ports.crypto.open(Buffer.from(password, 'base64'), `new-password:${journey.id}`) : undefined;
}

/** Fewest characters that a new password needs in this journey: fewer beside a factor that is held, or registered at its end. */
export function leastHere(ports: Pick<Ports, 'closed' | 'now'>, account: Account, journey: Journey): number {
  const enrols = asksForFactor(verdictOn(ports, account, journey));
  return leastLength(account.policy, enrols || account.boundToSecondFactor);
}

/** Why this account must not have this password, or undefined. `least`: fewest characters. */
export function judgeNewPassword(
  ports: Pick<Ports, 'passwords'>,
  account: Account,
  password: string,
  least: number,
): PasswordRefusal | undefined {
  const words = [
    ...SERVICE_WORDS,
    account.username,
    account.givenName ?? '',
    account.familyName ?? '',
    `${account.givenName ?? ''}${account.familyName ?? ''}`,
    ...account.contacts.map((contact) => contact.value),
  ];
  const refusal = judgePassword(password, least, words);
  return refusal ?? (ports.passwords.isCommon(password) ? 'common' : undefined);
}
