import { grouped } from '../../domain/spoken-code.ts';
import { announce } from '../announce.ts';
import { putOutEmergencyCode } from '../new-emergency-code.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Account, Repositories } from '../ports.ts';
import {
  type EmergencyCodeGiven,
  type EmergencyCodeIssueRefusal,
  type EmergencyCodeRequest,
  readReason,
  termsOf,
} from './emergency-code-terms.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record } from './record.ts';

export interface EmergencyCodeIssued {
  readonly outcome: 'issued';
  /** In groups; shown this once. */
  readonly code: string;
  readonly uses: number;
  readonly validFrom: number;
  readonly expiresAt: number;
  readonly account: Account;
}

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
  const reason = readReason(request);
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
      if (operator && account.suspendedAt !== null) return refused('suspended');
      if (operator && account.policy.emergencyCode.operator.fourEyes) return refused('four-eyes');
      const { id, code, revoked } = await putOutEmergencyCode(ports, tx, account, {
        ...terms,
        clients: request.clients ? [...new Set([...request.clients, CONSOLE])] : null,
        reason,
        issuedBy: operator ? 'operator' : 'cli',
        issuedByAccount: operator?.account.id ?? null,
      });
      await tellOfEmergencyCode(ports, tx, account, { id, revoked, terms, request: { ...request, reason } });
      const { uses, validFrom, expiresAt } = terms;
      return { outcome: 'issued', code: grouped(code), uses, validFrom, expiresAt, account };
    },
  );
}

export interface Issued {
  readonly id: string;
  readonly revoked: readonly string[];
  readonly terms: EmergencyCodeGiven;
  readonly request: Pick<EmergencyCodeRequest, 'reason' | 'clients' | 'checks' | 'ticket'>;
  /** Of two operators: who proposed it, and by what way the second half went. */
  readonly together?: Readonly<Record<string, string>>;
}

/** The owner, by everything; and the log, with who it was and how they checked. */
export async function tellOfEmergencyCode(
  ports: AdministrationPorts,
  tx: Repositories,
  account: Account,
  { id, revoked, terms, request, together = {} }: Issued,
): Promise<void> {
  const { uses, highestAcr, expiresAt } = terms;
  const about = { visitor: NO_VISITOR, until: expiresAt, added: [id], removed: revoked };
  const notice = await announce(ports, tx, account, { kind: 'emergency-code-issued', ...about });
  await tx.emergencyRequests.decideAll(account.id, 'issued', ports.now());
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
      ...together,
      notice,
    },
  });
}
