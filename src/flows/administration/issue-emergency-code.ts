import { type Acr, satisfies } from '../../domain/assurance.ts';
import type { Policy } from '../../domain/policy.ts';
import { grouped } from '../../domain/spoken-code.ts';
import { announce } from '../announce.ts';
import { putOutEmergencyCode } from '../new-emergency-code.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Repositories } from '../ports.ts';
import type { AdministrationPorts } from '../ports-administration.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record } from './record.ts';

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
 * wasn't me" holds, and a code would go around it. `no-check`: an operator has to say which of the policy's checks were made. `four-eyes`: the
 * policy wants a second operator's approval; no operator issues one alone there.
 */
export type EmergencyCodeIssueRefusal =
  | 'unknown-user'
  | 'not-allowed'
  | 'no-reason'
  | 'too-many-uses'
  | 'too-long'
  | 'too-strong'
  | 'over'
  | 'unknown-check'
  | 'no-check'
  | 'four-eyes'
  | 'frozen';

/** The console's own client: where the repair window is, whatever applications the code is for. */
const CONSOLE = 'regain-account';

/**
 * An emergency code on somebody's word, for an owner who has lost every second factor (SPEC M6): in place of any before, within what the
 * policy lets an operator give, audited with its reason and how it was checked who asks. An operator is decided about once more, under the lock
 * (`onAccount`; ATTACKS A24). The owner is told everywhere and can say "It wasn't me" (NIST SP 800-63B-4 REC-16).
 */
export async function issueEmergencyCode(
  ports: AdministrationPorts,
  identifier: string,
  request: EmergencyCodeRequest,
): Promise<EmergencyCodeIssued | Refused<EmergencyCodeIssueRefusal>> {
  const reason = request.reason.trim().slice(0, LONGEST_REASON);
  if (reason === '') return refused('no-reason');
  return onAccount(
    ports,
    identifier,
    'issue-emergency-code',
    async (tx, account): Promise<EmergencyCodeIssued | Refused<EmergencyCodeIssueRefusal>> => {
      const { operator } = ports;
      const terms = termsOf(account.policy, request, ports.now(), operator !== undefined);
      if (typeof terms === 'string') return refused(terms);
      if (account.frozenAt !== null) return refused('frozen');
      if (operator && account.policy.emergencyCode.operator.fourEyes) return refused('four-eyes');
      const { id, code, revoked } = await putOutEmergencyCode(ports, tx, account, {
        ...terms,
        clients: request.clients ? [...new Set([...request.clients, CONSOLE])] : null,
        reason,
        issuedBy: operator ? 'operator' : 'cli',
        issuedByAccount: operator?.account.id ?? null,
      });
      await tell(ports, tx, account, { id, revoked, terms, request: { ...request, reason } });
      const { uses, validFrom, expiresAt } = terms;
      return { outcome: 'issued', code: grouped(code), uses, validFrom, expiresAt, account };
    },
  );
}

interface Issued {
  readonly id: string;
  readonly revoked: readonly string[];
  readonly terms: EmergencyCodeGiven;
  readonly request: EmergencyCodeRequest;
}

/** The owner, by everything; and the log, with who it was and how they checked. */
async function tell(
  ports: AdministrationPorts,
  tx: Repositories,
  account: Account,
  { id, revoked, terms, request }: Issued,
): Promise<void> {
  const { uses, highestAcr, expiresAt } = terms;
  const about = { visitor: NO_VISITOR, until: expiresAt, added: [id], removed: revoked };
  const notice = await announce(ports, tx, account, { kind: 'emergency-code-issued', ...about });
  await record(ports, tx, {
    kind: 'emergency-code.issued',
    accountId: account.id,
    organizationId: account.organizationId,
    details: {
      reason: request.reason,
      emergency_code: id,
      uses,
      highest_acr: highestAcr,
      expires_at: new Date(expiresAt).toISOString(),
      ...(request.clients && { clients: request.clients }),
      ...(request.checks && { checked: request.checks }),
      ...(request.ticket && { ticket: request.ticket }),
      notice,
    },
  });
}

/** What a code is given. Times in milliseconds. */
interface EmergencyCodeGiven {
  readonly uses: number;
  readonly validFrom: number;
  readonly expiresAt: number;
  readonly highestAcr: Acr;
}

/** What the code is given, or why not so much. */
function termsOf(
  { emergencyCode: policy }: Policy,
  { uses, lifetime, from, acr, checks = [] }: EmergencyCodeRequest,
  now: number,
  byOperator: boolean,
): EmergencyCodeGiven | EmergencyCodeIssueRefusal {
  const { mostUses, longestLifetime, acr: highest } = policy.operator;
  const given = uses ?? Math.min(policy.uses, mostUses);
  const seconds = lifetime ?? Math.min(policy.lifetime, longestLifetime);
  if (given > mostUses) return 'too-many-uses';
  if (seconds > longestLifetime) return 'too-long';
  if (acr && !satisfies(highest, acr)) return 'too-strong';
  if (checks.some((one) => !policy.operator.checks.includes(one))) return 'unknown-check';
  if (byOperator && checks.length === 0 && policy.operator.checks.length > 0) return 'no-check';
  const validFrom = from ?? now;
  const expiresAt = validFrom + seconds * 1000;
  if (expiresAt <= now) return 'over';
  return { uses: given, validFrom, expiresAt, highestAcr: acr ?? highest };
}
