import type { Gains } from './outcome.ts';
import type {
  Account,
  Credential,
  NewCredential,
  PasskeyCredential,
  Ports,
  Repositories,
  TotpCredential,
  Visitor,
} from './ports.ts';

export type SecondFactor = TotpCredential | PasskeyCredential;

/** What came in and what went out. */
export interface Replaced {
  readonly added: readonly NewCredential[];
  readonly removed: readonly Credential[];
}

/**
 * What a recovery gained takes the place of all that was of its kind: second factors of every state for a second factor, the password for
 * a password. The old ones are dead at once and kept sealed for the cooling period; the new ones are unsettled (SPEC T8, T10). `beside`:
 * a new second factor leaves the old ones as they are (SPEC S10).
 */
export async function replaceCredentials(
  ports: Pick<Ports, 'crypto' | 'now'>,
  tx: Repositories,
  account: Account,
  gains: Gains,
  visitor: Visitor,
  { beside = false }: { readonly beside?: boolean } = {},
): Promise<Replaced> {
  const { settling, cooling } = account.policy.lifetimes;
  const now = ports.now();
  const unsettledUntil = now + settling * 1000;
  const added: NewCredential[] = [];
  if (gains.factor) added.push({ ...gains.factor, unsettledUntil, addedFrom: visitor });
  if (gains.passwordHash)
    added.push({
      id: ports.crypto.uuid(),
      kind: 'password',
      label: '',
      hash: gains.passwordHash,
      unsettledUntil,
      addedFrom: visitor,
    });
  const removed = account.credentials.filter((held) =>
    isSecondFactor(held) ? gains.factor !== undefined && !beside : gains.passwordHash !== undefined,
  );
  await tx.credentials.remove(
    account.id,
    removed.map(({ id }) => id),
    now + cooling * 1000,
  );
  for (const credential of added) await tx.credentials.add(account.id, credential);
  return { added, removed };
}

export function isSecondFactor(held: Credential): held is SecondFactor {
  return held.kind !== 'password';
}
