import type { Policy } from '../../domain/policy.ts';
import { grouped } from '../../domain/restore-code.ts';
import { announce } from '../announce.ts';
import { newRestoreCode } from '../new-restore-code.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Account, RestoreCode } from '../ports.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record } from './record.ts';

/** The ways in which an administrator gives somebody a restore code (SPEC S11). */
export type IssueWay = Policy['restoreCode']['issueBy'][number];

/** A code sent by e-mail is good for as long as it is: it is not sent later than this. */
const SENT_WITHIN_MS = 86_400_000;
const LONGEST_REASON = 500;

export interface RestoreCodeIssued {
  readonly outcome: 'issued';
  /** In groups; shown this once. */
  readonly code: string;
  readonly account: Account;
  /** Where it was e-mailed to. */
  readonly sentTo?: string;
}

/** `not-this-way`: the policy does not let one be issued so. `forbidden`: restoring is forbidden to this account (SPEC S9). */
export type IssueRefusal =
  | 'unknown-user'
  | 'not-allowed'
  | 'no-reason'
  | 'not-this-way'
  | 'forbidden'
  | 'frozen'
  | 'no-address';

/**
 * A restore code on an administrator's word, for somebody who lost theirs (SPEC S11, S14): it counts at once in place of the one before, and is
 * one path of two, never enough alone; one that went by e-mail is never paired with an e-mailed code (`decide`). Audited with its reason; the
 * owner is told everywhere and can say "It wasn't me" (NIST SP 800-63B-4 REC-16).
 */
export async function issueRestoreCode(
  ports: AdministrationPorts,
  identifier: string,
  { by, reason }: { readonly by: IssueWay; readonly reason: string },
): Promise<RestoreCodeIssued | Refused<IssueRefusal>> {
  const why = reason.trim().slice(0, LONGEST_REASON);
  if (why === '') return refused('no-reason');
  return onAccount(
    ports,
    identifier,
    'issue-restore-code',
    async (tx, account): Promise<RestoreCodeIssued | Refused<IssueRefusal>> => {
      const no = unlessIssued(account, by);
      if (no) return no;
      const address = by === 'email' ? addressOf(account, ports.now()) : undefined;
      if (by === 'email' && address === undefined) return refused('no-address');
      const { code, row } = newRestoreCode(ports, account, { issuedBy: by, unsettledUntil: null });
      await tx.restoreCodes.propose(account.id, { ...row, journeyId: null });
      if (!(await tx.restoreCodes.confirm(account.id, row.id, ports.now())))
        throw new Error('a restore code that was just proposed is gone');
      // What stands on the one before goes with it (ATTACKS A19).
      await tx.journeys.endOthers(account.id, null, ports.now());
      const notice = await announce(ports, tx, account, {
        kind: 'restore-code-issued',
        visitor: NO_VISITOR,
        added: [row.id],
        removed: account.restoreCode ? [account.restoreCode.id] : [],
      });
      await record(ports, tx, {
        kind: 'restore-code.issued',
        accountId: account.id,
        organizationId: account.organizationId,
        details: { way: by, reason: why, restore_code: row.id, notice },
      });
      if (address !== undefined) await send(tx, ports.now(), account, address, row, code);
      return { outcome: 'issued', code: grouped(code), account, ...(address !== undefined && { sentTo: address }) };
    },
  );
}

function unlessIssued(account: Account, by: IssueWay): Refused<IssueRefusal> | undefined {
  if (!account.policy.restoreCode.issueBy.includes(by)) return refused('not-this-way');
  if (account.restoreForbidden) return refused('forbidden');
  return account.frozenAt === null ? undefined : refused('frozen');
}

/** A verified address that counts already: one that was changed lately may be a thief's. */
function addressOf({ contacts }: Account, now: number): string | undefined {
  const counting = contacts.filter(
    ({ kind, verifiedAt, countsFrom }) => kind === 'email' && verifiedAt !== null && countsFrom <= now,
  );
  return (counting.find(({ primary }) => primary) ?? counting[0])?.value;
}

function send(
  tx: Pick<AdministrationPorts['store'], 'outbox'>,
  now: number,
  { id, organizationId, locale, username }: Account,
  to: string,
  row: Pick<RestoreCode, 'createdAt'>,
  code: string,
): Promise<void> {
  return tx.outbox.send({
    channel: 'email',
    to,
    locale,
    accountId: id,
    organizationId,
    expiresAt: now + SENT_WITHIN_MS,
    content: {
      template: 'restore-code',
      code: grouped(code),
      username,
      circumstances: { at: row.createdAt, ip: '', userAgent: '' },
    },
  });
}
