import { CONTESTABLE_FOR_MS } from '../../domain/contest.ts';
import { parseEmail, usernameKey } from '../../domain/email-address.ts';
import { readUsername, type UsernameRefusal } from '../administration/identity.ts';
import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import { Taken } from '../ports/administration.ts';
import type { Account, Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { mayChange } from './may-change.ts';

export type UsernameChanged = { readonly outcome: 'changed'; readonly username: string };

/**
 * Another username, by the rules for a new account. Whether one is taken is said openly, as it must be; how often may be asked is
 * counted with all changes. The old one stays the account's own for as long as the change can be contested: nobody else can take it, and an
 * owner who contests it is found by it and has it back. One that is shaped like an e-mail address must be a verified one of the account, and nothing is said of others.
 */
export async function changeUsername(
  ports: Ports,
  owner: Owner,
  typed: string,
): Promise<UsernameChanged | NotAllowed | Refused<UsernameRefusal | 'taken' | 'too-much-changed'>> {
  const read = readUsername(typed.trim(), emailKeys(owner.account));
  if ('refusal' in read) return refused(read.refusal);
  if (read.username === owner.account.username) return { outcome: 'changed', username: read.username };
  const not = await mayChange(ports, owner, 'change-username');
  if (not) return not;
  try {
    return await inAct(ports, owner, 'change-username', async (tx, { account, used, now }) => {
      const again = readUsername(read.username, emailKeys(account));
      if ('refusal' in again) return refused(again.refusal);
      const { visitor } = owner;
      const former = { id: ports.crypto.uuid(), keptUntil: now + CONTESTABLE_FOR_MS };
      await tx.accounts.rename(account.id, read.username, read.usernameKey, former);
      const notice = await announce(ports, tx, account, {
        kind: 'username-changed',
        visitor,
        used,
        removed: [former.id],
        about: read.username,
      });
      await tx.audit.append(
        {
          kind: 'username.changed',
          accountId: account.id,
          organizationId: account.organizationId,
          actor: 'user',
          details: { notice },
        },
        visitor,
      );
      return { outcome: 'changed', username: read.username };
    });
  } catch (error) {
    if (error instanceof Taken) return refused('taken');
    throw error;
  }
}

function emailKeys(account: Account): string[] {
  return account.contacts
    .filter(({ kind, verifiedAt }) => kind === 'email' && verifiedAt !== null)
    .map(({ value }) => parseEmail(value)?.key ?? usernameKey(value));
}
