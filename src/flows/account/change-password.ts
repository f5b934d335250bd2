import { leastLength, normalizePassword, type PasswordRefusal } from '../../domain/password-rules.ts';
import { isBound } from '../../domain/way.ts';
import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Credential, Ports } from '../ports.ts';
import { judgeNewPassword } from '../set-password.ts';
import { standingOf } from '../standing.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { endOpen } from './let-go.ts';
import { mayChange } from './may-change.ts';

export interface PasswordChanged {
  readonly outcome: 'changed';
  /** How many others were ended. */
  readonly sessions: number;
}

/**
 * A new password, in a session that was opened by a full sign-in minutes ago: whoever has one typed the old one there, or used a
 * passkey, which is more (ASVS 6.2.2, 6.2.3; NIST SP 800-63B-4, 4.1.2.1). Everything else that is open ends; this session stays, and
 * where it has to be raised later the new password is asked, since its proof by the old one counts no more. The old one is dead at once
 * and kept sealed for the cooling period, so that a contest can revive it.
 */
export async function changePassword(
  ports: Ports,
  owner: Owner,
  typed: string,
): Promise<PasswordChanged | NotAllowed | Refused<PasswordRefusal | 'too-much-changed'>> {
  const password = normalizePassword(typed);
  const refusal = judgeNewPassword(ports, owner.account, password, leastFor(ports, owner.account));
  if (refusal) return refused(refusal);
  const not = await mayChange(ports, owner, 'change-password', aboutPassword);
  if (not) return not;
  const hash = await ports.passwords.hash(password);

  return inAct(
    ports,
    owner,
    'change-password',
    async (tx, { account, used, now }) => {
      const { visitor } = owner;
      const old = account.credentials.filter(isPassword);
      const removed = old.map(({ id }) => id);
      const id = ports.crypto.uuid();
      await tx.credentials.remove(account.id, removed, now + account.policy.lifetimes.cooling * 1000);
      // What a recovery set stays unsettled whatever is made of it: else changing it would make it a proof (SPEC T10).
      const unsettledUntil = Math.max(0, ...old.map((held) => held.unsettledUntil ?? 0)) || null;
      await tx.credentials.add(account.id, {
        id,
        kind: 'password',
        label: '',
        hash,
        unsettledUntil,
        addedFrom: visitor,
      });
      const { sessions } = await tx.sessions.endOthers(account.id, owner.session.uid);
      await endOpen(tx, account.id, now);
      await tx.codes.endAll(account.id, ['new-contact'], now);
      const notice = await announce(ports, tx, account, {
        kind: 'password-changed',
        visitor,
        used,
        added: [id],
        removed,
      });
      await tx.audit.append(
        {
          kind: 'password.set',
          accountId: account.id,
          organizationId: account.organizationId,
          actor: 'user',
          details: { notice, sessions_ended: sessions },
        },
        visitor,
      );
      return { outcome: 'changed', sessions };
    },
    aboutPassword,
  );
}

/** The password that the account signs in with; undefined when it has none. */
export function passwordOf(account: Account): Credential | undefined {
  return account.credentials.find((held) => isPassword(held) && held.state === 'active');
}

/** When the password came to the account: one that a recovery set may be changed at once, an older one waits for it to cool down. */
export function aboutPassword(account: Account): { createdAt?: number } {
  const held = passwordOf(account);
  return held ? { createdAt: held.createdAt } : {};
}

/** Fewest characters of a new one: fewer beside a second factor (NIST PWD-01, PWD-02). */
export function leastFor(ports: Pick<Ports, 'closed' | 'now'>, account: Account): number {
  return leastLength(account.policy, isBound(account.policy, standingOf(account, ports)));
}

function isPassword(held: Credential): boolean {
  return held.kind === 'password';
}
