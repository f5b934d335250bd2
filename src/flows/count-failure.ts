import { announce } from './announce.ts';
import type { Account, Credential, Ports, Visitor } from './ports.ts';

/**
 * A wrong entry: counted against the credential, which is disabled at so many consecutive ones (NIST SP 800-63B-4, 3.2.2,
 * THR-01), and written to the audit log. For an account that does not exist it does the same to nobody.
 */
export async function countFailure(
  ports: Ports,
  visitor: Visitor,
  account: Account | undefined,
  credential: Credential | undefined,
  disableAt: number,
  method: string,
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const after = await tx.credentials.countFailure(credential?.id ?? ports.crypto.uuid(), disableAt);
    await tx.audit.append(
      {
        kind: 'sign-in.failed',
        actor: 'user',
        ...(account ? { accountId: account.id, organizationId: account.organizationId } : {}),
        details: { method },
      },
      visitor,
    );
    if (!account || !credential || !after.disabled) return;
    await tx.audit.append(
      {
        kind: 'credential.disabled',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'system',
        details: { method, credential: credential.id },
      },
      visitor,
    );
    await announce(ports, tx, account, { kind: 'credential-disabled', visitor, removed: [credential.id] });
  });
}
