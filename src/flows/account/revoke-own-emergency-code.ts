import { announce } from '../announce.ts';
import { revokeEmergencyCodes } from '../new-emergency-code.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';

/**
 * The owner takes back the emergency code that is out, by whomever it was made. It only takes away, so the session is enough and nothing slows
 * it down; what was signed in with it ends, this session too where it was. `gone`: there is none.
 */
export async function revokeOwnEmergencyCode(
  ports: Ports,
  owner: Owner,
): Promise<{ readonly outcome: 'revoked'; readonly ownEnded: boolean } | Refused<'gone'> | NotAllowed> {
  return inAct(ports, owner, 'take-away', async (tx, { account, used }) => {
    const { revoked, sessions } = await revokeEmergencyCodes(ports, tx, account.id);
    if (revoked.length === 0) return refused('gone');
    const { visitor } = owner;
    const notice = await announce(ports, tx, account, {
      kind: 'emergency-code-revoked',
      visitor,
      used,
      removed: revoked,
    });
    await tx.audit.append(
      {
        kind: 'emergency-code.revoked',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { sessions_ended: sessions, notice },
      },
      visitor,
    );
    return { outcome: 'revoked', ownEnded: used.some((id) => revoked.includes(id)) };
  });
}
