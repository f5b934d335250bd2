import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { findAccount } from './find-account.ts';
import { NO_VISITOR } from './no-visitor.ts';

export interface TotpEnrolled {
  readonly outcome: 'enrolled';
  /** Base32, shown this once. */
  readonly secret: string;
  readonly uri: string;
}

/**
 * Adds an authenticator app on an administrator's word, for tests and for moving in. It counts at once and beside what the
 * account has; from now on the account is bound to a second factor. Audited, and the owner is told (NIST NOT-02).
 */
export async function enrolTotpByCli(
  ports: AdministrationPorts,
  identifier: string,
): Promise<TotpEnrolled | Refused<'unknown-user'>> {
  const found = await findAccount(ports, identifier);
  if (!found) return refused('unknown-user');
  const secret = ports.totp.newSecret();
  const id = ports.crypto.uuid();
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.id);
    if (!account) return refused('unknown-user');
    await tx.credentials.add(account.id, {
      id,
      kind: 'totp',
      label: '',
      sealedSecret: ports.crypto.seal(secret, `credential:${id}`),
      lastStep: null,
      unsettledUntil: null,
    });
    await tx.accounts.update(account.id, { boundToSecondFactor: true });
    await tx.audit.append({
      kind: 'second-factor.enrolled',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'cli',
      details: { by: ports.by, factor: 'totp', credential: id },
    });
    await announce(ports, tx, account, { kind: 'second-factor-enrolled', visitor: NO_VISITOR, added: [id] });
    return { outcome: 'enrolled', secret, uri: ports.totp.uri(secret, account.username, 'Regain') };
  });
}
