import { EMERGENCY_CODE_BYTES, emergencyCodeFrom } from '../../domain/emergency-code.ts';
import { mayAdminister } from '../../domain/role.ts';
import { grouped } from '../../domain/spoken-code.ts';
import { hashOfHalves } from '../emergency-halves.ts';
import { keepEmergencyCode } from '../new-emergency-code.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Account, CodeProposal, Contact, Repositories } from '../ports.ts';
import { tellOfEmergencyCode } from './issue-emergency-code.ts';
import { asTarget, onAccount } from './on-account.ts';

/** How the second half reaches its owner; `screen`: nothing of the account reaches them, the second operator reads it out. */
export const HALF_WAYS = ['email', 'sms', 'screen'] as const;
export type HalfWay = (typeof HALF_WAYS)[number];

export interface EmergencyCodeApproved {
  readonly outcome: 'approved';
  /** The second half, in groups, where it goes by nothing else; shown this once. */
  readonly half?: string;
  readonly uses: number;
  readonly expiresAt: number;
  readonly account: Account;
}

/**
 * `decided`: there is none open (any more). `same-person`: who proposed it does not approve it. `void`: who proposed it may not, now. `no-contact`:
 * nothing of this kind counts. `too-much`: more than the policy gives now.
 */
export type ApprovalRefusal =
  | 'unknown-user'
  | 'not-allowed'
  | 'decided'
  | 'same-person'
  | 'void'
  | 'no-contact'
  | 'too-much'
  | 'suspended'
  | 'frozen';

type Tx = Repositories;

/**
 * The second of four eyes (SPEC M6; ATTACKS A24): another person with the right to issue approves, and only then the code is out. The second
 * half, of 75 random bits as well, goes to the owner by an address or number that counts, or to the screen of the second operator: whichever it
 * is, the first operator never sees it, the second one never the first, and neither is kept but as a hash. Of two who approve at once
 * one does.
 */
export function approveEmergencyCode(
  ports: AdministrationPorts,
  identifier: string,
  { id, way }: { readonly id: string; readonly way: HalfWay },
): Promise<EmergencyCodeApproved | Refused<ApprovalRefusal>> {
  return onAccount(
    ports,
    identifier,
    'issue-emergency-code',
    async (tx, account): Promise<EmergencyCodeApproved | Refused<ApprovalRefusal>> => {
      const now = ports.now();
      const proposal = await tx.codeProposals.open(account.id, now);
      if (!proposal || proposal.id !== id) return refused('decided');
      const no = await unlessApprovable(ports, tx, account, proposal);
      if (no) return refused(no);
      const contact = way === 'screen' ? undefined : contactFor(ports, account, way);
      if (way !== 'screen' && !contact) return refused('no-contact');
      if (!(await tx.codeProposals.decide(account.id, id, now))) return refused('decided');

      const second = emergencyCodeFrom(ports.crypto.randomBytes(EMERGENCY_CODE_BYTES));
      const hash = hashOfHalves(ports.crypto, id, proposal.halfHash, second);
      const { uses, highestAcr, reason, checks, ticket, proposedBy, proposedByName } = proposal;
      const terms = { uses, highestAcr, validFrom: now, expiresAt: now + proposal.lifetime * 1000 };
      const { revoked } = await keepEmergencyCode(
        ports,
        tx,
        account,
        { ...terms, clients: null, reason, issuedBy: 'operator', issuedByAccount: proposedBy },
        { id, hash },
      );
      await tellOfEmergencyCode(ports, tx, account, {
        id,
        revoked,
        terms,
        request: { reason, checks, ...(ticket !== null && { ticket }) },
        together: { proposed_by: proposedBy, proposed_by_name: proposedByName, half_by: way },
      });
      if (contact) await send(tx, now, account, contact, grouped(second), terms.expiresAt);
      const shown = contact ? {} : { half: grouped(second) };
      return { outcome: 'approved', ...shown, uses, expiresAt: terms.expiresAt, account };
    },
  );
}

/** What stands against this operator approving this proposal now. */
async function unlessApprovable(
  ports: AdministrationPorts,
  tx: Tx,
  account: Account,
  proposal: CodeProposal,
): Promise<ApprovalRefusal | undefined> {
  const { policy, organizationId, frozenAt, suspendedAt } = account;
  if (frozenAt !== null) return 'frozen';
  if (suspendedAt !== null) return 'suspended';
  if (!ports.operator || ports.operator.account.id === proposal.proposedBy) return 'same-person';
  const first = await tx.accounts.load(proposal.proposedBy);
  if (!first || first.suspendedAt !== null || first.frozenAt !== null) return 'void';
  const target = { organizationId, account: asTarget(account) };
  const verdict = mayAdminister(asTarget(first), 'issue-emergency-code', target, policy.administration.operatorMay);
  if (verdict.verdict !== 'allow') return 'void';
  const { mostUses, longestLifetime } = policy.emergencyCode.operator;
  return proposal.uses > mostUses || proposal.lifetime > longestLifetime ? 'too-much' : undefined;
}

/**
 * A verified address or number that counts already: one that was changed lately may be a thief's, and a phone that was switched off is in
 * somebody else's hand. None by SMS where there is no gateway.
 */
export function contactFor(
  { closed, now }: Pick<AdministrationPorts, 'closed' | 'now'>,
  { contacts }: Pick<Account, 'contacts'>,
  way: Exclude<HalfWay, 'screen'>,
): Contact | undefined {
  if (way === 'sms' && closed.includes('sms-code')) return undefined;
  const wanted = way === 'email' ? 'email' : 'phone';
  const counting = contacts.filter(
    ({ kind, verifiedAt, countsFrom, offAt }) =>
      kind === wanted && verifiedAt !== null && countsFrom <= now() && offAt === null,
  );
  return counting.find(({ primary }) => primary) ?? counting[0];
}

function send(
  tx: Tx,
  now: number,
  { id, organizationId, locale, username }: Account,
  contact: Contact,
  code: string,
  until: number,
): Promise<void> {
  const envelope = { to: contact.value, locale, accountId: id, organizationId, expiresAt: until };
  if (contact.kind === 'phone')
    return tx.outbox.send({ ...envelope, channel: 'sms', content: { template: 'emergency-half', code } });
  const circumstances = { at: now, ip: '', userAgent: '' };
  const content = { template: 'emergency-half', code, username, until, circumstances } as const;
  return tx.outbox.send({ ...envelope, channel: 'email', content });
}
