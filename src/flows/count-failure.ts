import type { AuditKind } from '../domain/audit-event.ts';
import { DISABLE_AFTER } from '../domain/back-off.ts';
import type { Journey } from '../domain/journey.ts';
import { announce } from './announce.ts';
import type { Account, Credential, Ports, Visitor } from './ports.ts';

/** A wrong entry, as its owner reads of it: a try to sign in, or a step of a recovery. */
export function failedTry({ kind }: Pick<Journey, 'kind'>): AuditKind {
  return kind === 'recovery' || kind === 'emergency' ? 'recovery.proof-failed' : 'sign-in.failed';
}

/**
 * A wrong entry: counted against each credential that it might have been (`held`), which is disabled at so many consecutive ones (NIST SP
 * 800-63B-4, 3.2.2, THR-01), and written to the audit log once. For an account that does not exist it does the same to nobody.
 */
export async function countFailure(
  ports: Ports,
  visitor: Visitor,
  journey: Pick<Journey, 'kind'>,
  account: Account | undefined,
  held: readonly Credential[],
  method: 'password' | 'totp',
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const ids = held.length > 0 ? held.map(({ id }) => id) : [ports.crypto.uuid()];
    const disabled: string[] = [];
    for (const id of ids) if ((await tx.credentials.countFailure(id, DISABLE_AFTER)).disabled) disabled.push(id);
    const about = account && { accountId: account.id, organizationId: account.organizationId };
    await tx.audit.append({ ...about, kind: failedTry(journey), actor: 'user', details: { method } }, visitor);
    if (!account) return;
    for (const credential of disabled) {
      const details = { method, credential };
      await tx.audit.append({ ...about, kind: 'credential.disabled', actor: 'system', details }, visitor);
      await announce(ports, tx, account, { kind: 'credential-disabled', visitor, removed: [credential] });
    }
  });
}
