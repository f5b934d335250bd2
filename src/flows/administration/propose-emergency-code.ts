import { EMERGENCY_CODE_BYTES, emergencyCodeFrom } from '../../domain/emergency-code.ts';
import { grouped } from '../../domain/spoken-code.ts';
import { hashOfHalf } from '../emergency-halves.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Account } from '../ports.ts';
import {
  type EmergencyCodeIssueRefusal,
  type EmergencyCodeRequest,
  readReason,
  termsOf,
} from './emergency-code-terms.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

/** So long a proposal waits for a second operator. */
export const PROPOSAL_MS = 86_400_000;

export interface EmergencyCodeProposed {
  readonly outcome: 'proposed';
  /** The first half, in groups; shown this once. Alone it opens nothing, before and after the approval. */
  readonly half: string;
  readonly id: string;
  readonly waitsUntil: number;
  readonly account: Account;
}

type ProposalRefusal = Exclude<EmergencyCodeIssueRefusal, 'four-eyes'> | 'not-four-eyes';

/**
 * The first of four eyes (SPEC M6): an operator who has checked who asks gets one half of a code, of 75 random bits, that opens nothing; the
 * second half is made when another operator approves. In place of any proposal before; a code that is out stays until then.
 */
export async function proposeEmergencyCode(
  ports: AdministrationPorts,
  identifier: string,
  request: EmergencyCodeRequest,
): Promise<EmergencyCodeProposed | Refused<ProposalRefusal>> {
  const reason = readReason(request);
  if (reason === '') return refused('no-reason');
  return onAccount(
    ports,
    identifier,
    'issue-emergency-code',
    async (tx, account): Promise<EmergencyCodeProposed | Refused<ProposalRefusal>> => {
      const { operator, crypto } = ports;
      if (!operator || !account.policy.emergencyCode.operator.fourEyes) return refused('not-four-eyes');
      const now = ports.now();
      const terms = termsOf(account.policy, request, now, true);
      if (terms === 'four-eyes') throw new Error('terms are not about who issues');
      if (typeof terms === 'string') return refused(terms);
      if (account.frozenAt !== null) return refused('frozen');
      if (account.suspendedAt !== null) return refused('suspended');
      const id = crypto.uuid();
      const half = emergencyCodeFrom(crypto.randomBytes(EMERGENCY_CODE_BYTES));
      const { checks = [], ticket = null } = request;
      await tx.codeProposals.endAll(account.id, now);
      await tx.codeProposals.add({
        id,
        accountId: account.id,
        halfHash: hashOfHalf(crypto, id, half),
        uses: terms.uses,
        lifetime: Math.round((terms.expiresAt - terms.validFrom) / 1000),
        highestAcr: terms.highestAcr,
        reason,
        checks,
        ticket,
        proposedBy: operator.account.id,
        proposedByName: operator.account.username,
        proposedAt: now,
        expiresAt: now + PROPOSAL_MS,
      });
      await record(ports, tx, {
        kind: 'emergency-code.proposed',
        accountId: account.id,
        organizationId: account.organizationId,
        details: { reason, emergency_code: id, uses: terms.uses, checked: checks, ...(ticket !== null && { ticket }) },
      });
      return { outcome: 'proposed', half: grouped(half), id, waitsUntil: now + PROPOSAL_MS, account };
    },
  );
}

/** No code comes of it: the second operator says no, or the first one takes it back. */
export function withdrawProposal(
  ports: AdministrationPorts,
  identifier: string,
  id: string,
  why: Why = {},
): Promise<{ readonly outcome: 'withdrawn' } | Refused<'unknown-user' | 'not-allowed' | 'decided'>> {
  return onAccount(
    ports,
    identifier,
    'issue-emergency-code',
    async (tx, account): Promise<{ readonly outcome: 'withdrawn' } | Refused<'decided'>> => {
      if (!(await tx.codeProposals.decide(account.id, id, ports.now()))) return refused('decided');
      await record(ports, tx, {
        kind: 'emergency-code.withdrawn',
        accountId: account.id,
        organizationId: account.organizationId,
        details: { emergency_code: id, ...why },
      });
      return { outcome: 'withdrawn' };
    },
  );
}
