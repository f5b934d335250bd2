import { type Acr, satisfies } from '../../domain/assurance.ts';
import type { Policy } from '../../domain/policy.ts';
import { grouped } from '../../domain/spoken-code.ts';
import { announce } from '../announce.ts';
import { putOutEmergencyCode } from '../new-emergency-code.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Visitor } from '../ports.ts';
import type { AdministrationPorts } from '../ports-administration.ts';
import { findAccount } from './find-account.ts';
import { NO_VISITOR } from './no-visitor.ts';

const LONGEST_REASON = 500;

/** What is asked for. Times in milliseconds, `lifetime` in seconds; what is left out is as the policy says. */
export interface EmergencyCodeRequest {
  readonly reason: string;
  readonly uses?: number;
  readonly lifetime?: number;
  readonly from?: number;
  /** Client ids; left out: every application. */
  readonly clients?: readonly string[];
  readonly acr?: Acr;
  /** How it was checked who asks: names of the policy's list, and the ticket. */
  readonly checks?: readonly string[];
  readonly ticket?: string;
}

/** Who issues it: at the command line, or an operator at `/admin`. */
export interface Issuer {
  readonly issuedBy: 'cli' | 'operator';
  /** The operator's account. */
  readonly accountId?: string;
  readonly visitor?: Visitor;
}

export interface EmergencyCodeIssued {
  readonly outcome: 'issued';
  /** In groups; shown this once. */
  readonly code: string;
  readonly uses: number;
  readonly validFrom: number;
  readonly expiresAt: number;
  readonly account: Account;
}

/**
 * `too-many-uses`, `too-long`, `too-strong`: more than the policy lets an operator give. `over`: it would have ended already. `frozen`: "It
 * wasn't me" holds, and a code would go around it. `four-eyes`: the policy wants a second operator's approval; nobody issues one alone there.
 */
export type EmergencyCodeIssueRefusal =
  | 'unknown-user'
  | 'no-reason'
  | 'too-many-uses'
  | 'too-long'
  | 'too-strong'
  | 'over'
  | 'unknown-check'
  | 'four-eyes'
  | 'frozen';

/** The console's own client: where the repair window is, whatever applications the code is for. */
const CONSOLE = 'regain-account';

/**
 * An emergency code on somebody's word, for an owner who has lost every second factor (SPEC M6): in place of any before, within what the
 * policy lets an operator give, audited with its reason and how it was checked who asks. The owner is told everywhere and can say "It
 * wasn't me" (NIST SP 800-63B-4 REC-16).
 */
export async function issueEmergencyCode(
  ports: AdministrationPorts,
  identifier: string,
  request: EmergencyCodeRequest,
  by: Issuer = { issuedBy: 'cli' },
): Promise<EmergencyCodeIssued | Refused<EmergencyCodeIssueRefusal>> {
  const reason = request.reason.trim().slice(0, LONGEST_REASON);
  if (reason === '') return refused('no-reason');
  const found = await findAccount(ports, identifier);
  if (!found) return refused('unknown-user');
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.id);
    if (!account) return refused('unknown-user');
    const terms = termsOf(account.policy, request, ports.now());
    if (typeof terms === 'string') return refused(terms);
    if (account.frozenAt !== null) return refused('frozen');
    const { issuedBy, accountId = null, visitor = NO_VISITOR } = by;
    if (issuedBy === 'operator' && account.policy.emergencyCode.operator.fourEyes) return refused('four-eyes');
    const { id, code, revoked } = await putOutEmergencyCode(ports, tx, account, {
      ...terms,
      clients: request.clients ? [...new Set([...request.clients, CONSOLE])] : null,
      reason,
      issuedBy,
      issuedByAccount: accountId,
    });
    const notice = await announce(ports, tx, account, {
      kind: 'emergency-code-issued',
      visitor: NO_VISITOR,
      until: terms.expiresAt,
      added: [id],
      removed: revoked,
    });
    await tx.audit.append(
      {
        kind: 'emergency-code.issued',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'cli',
        details: {
          by: ports.by,
          reason,
          emergency_code: id,
          uses: terms.uses,
          highest_acr: terms.highestAcr,
          expires_at: new Date(terms.expiresAt).toISOString(),
          ...(request.clients && { clients: request.clients }),
          ...(request.checks && { checks: request.checks }),
          ...(request.ticket && { ticket: request.ticket }),
          ...(accountId !== null && { operator: accountId }),
          notice,
        },
      },
      visitor,
    );
    const { uses, validFrom, expiresAt } = terms;
    return { outcome: 'issued', code: grouped(code), uses, validFrom, expiresAt, account };
  });
}

/** What the code is given, or why not so much. */
function termsOf(
  { emergencyCode: policy }: Policy,
  { uses, lifetime, from, acr, checks = [] }: EmergencyCodeRequest,
  now: number,
) {
  const { mostUses, longestLifetime, acr: highest } = policy.operator;
  const given = uses ?? Math.min(policy.uses, mostUses);
  const seconds = lifetime ?? Math.min(policy.lifetime, longestLifetime);
  if (given > mostUses) return 'too-many-uses';
  if (seconds > longestLifetime) return 'too-long';
  if (acr && !satisfies(highest, acr)) return 'too-strong';
  if (checks.some((one) => !policy.operator.checks.includes(one))) return 'unknown-check';
  const validFrom = from ?? now;
  const expiresAt = validFrom + seconds * 1000;
  if (expiresAt <= now) return 'over';
  return { uses: given, validFrom, expiresAt, highestAcr: acr ?? highest };
}
