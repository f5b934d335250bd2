import type { Selectable } from 'kysely';
import { type Act, beforeContest } from '../domain/contest.ts';
import { policySchema } from '../domain/policy.ts';
import { policyOfAccount } from '../domain/policy-of-account.ts';
import type { Account, Contact, Credential, EmergencyCode, FormerContact, RestoreCode } from '../flows/ports.ts';
import { type CredentialJson, credentialFrom } from './credential-rows.ts';
import type { AccountRow, ContactPointRow, EmergencyCodeRow, PolicyRow, RestoreCodeRow, RoleRow } from './schema.ts';

/** An account as its query finds it, with all that hangs on it. */
export interface AccountFound extends Omit<Selectable<AccountRow>, 'username_key'> {
  readonly policy_version: number;
  readonly policy: Selectable<PolicyRow>['document'];
  /** Removed ones only while it is frozen. */
  readonly credentials: readonly CredentialJson[];
  readonly contacts: readonly ContactJson[];
  /** The one that counts, if any. */
  readonly restore_codes: readonly RestoreCodeJson[];
  /** The one that is out, if any. */
  readonly emergency_codes: readonly EmergencyCodeJson[];
  readonly roles: readonly Pick<Selectable<RoleRow>, 'role' | 'organization_id' | 'asleep_since'>[];
  /** While it is frozen: what was contested, and what else added something or took it away. */
  readonly acts: readonly (Act & { readonly contested: boolean })[];
}

type ContactJson = Pick<
  Selectable<ContactPointRow>,
  'id' | 'kind' | 'value' | 'verified_at' | 'is_primary' | 'counts_from' | 'veto_until' | 'silent' | 'off_at'
>;

export function accountFrom(row: AccountFound): Account {
  const policy = policySchema.parse(row.policy);
  return {
    id: row.id,
    organizationId: row.organization_id,
    username: row.username,
    givenName: row.given_name,
    familyName: row.family_name,
    locale: row.locale,
    createdAt: row.created_at,
    frozenAt: row.frozen_at,
    closesAt: row.closes_at,
    suspendedAt: row.suspended_at,
    boundToSecondFactor: row.bound_to_second_factor,
    recoveredAt: row.recovered_at,
    lastMethod: row.last_method,
    restoreCode: row.restore_codes.map(restoreCodeFrom)[0] ?? null,
    emergencyCode: row.emergency_codes.map(emergencyCodeFrom)[0] ?? null,
    restoreForbidden: row.restore_forbidden,
    restoreUses: row.restore_uses,
    signInsAsked: row.sign_ins_asked,
    ...holdings(row),
    roles: row.roles.map(({ role, organization_id, asleep_since }) => ({
      role,
      organizationId: organization_id,
      asleepSince: asleep_since,
    })),
    inPilot: row.pilot_since !== null,
    onboardingAfter: row.onboarding_after,
    policy: policyOfAccount(policy, { withRole: row.roles.length > 0, inPilot: row.pilot_since !== null }),
    policyVersion: row.policy_version,
  };
}

type Holdings = Pick<Account, 'contested' | 'credentials' | 'contacts' | 'formerContacts'>;

function holdings(row: AccountFound): Holdings {
  const credentials = row.credentials.map(credentialFrom);
  const contacts = row.contacts.filter((contact) => contact.veto_until === null).map(contactFrom);
  const formerContacts = row.contacts.flatMap((contact): FormerContact[] =>
    contact.veto_until === null
      ? []
      : [{ ...contactFrom(contact), vetoUntil: contact.veto_until, ...(contact.silent && { silent: true }) }],
  );
  if (row.frozen_at === null) return { contested: [], credentials, contacts, formerContacts };
  const held = { credentials, contacts, formerContacts, bound: row.bound_to_second_factor };
  return beforeContest<Credential, Contact>(held, row.acts);
}

type RestoreCodeJson = Omit<
  Selectable<RestoreCodeRow>,
  'account_id' | 'hash' | 'sealed' | 'journey_id' | 'confirmed_at'
> & {
  readonly hash: string;
  readonly sealed: string | null;
};

function restoreCodeFrom(row: RestoreCodeJson): RestoreCode {
  return {
    id: row.id,
    hash: Buffer.from(row.hash, 'base64'),
    sealed: row.sealed === null ? null : Buffer.from(row.sealed, 'base64'),
    issuedBy: row.issued_by,
    createdAt: row.created_at,
    unsettledUntil: row.unsettled_until,
  };
}

type EmergencyCodeJson = Omit<
  Selectable<EmergencyCodeRow>,
  'account_id' | 'code_hash' | 'issued_by_account' | 'reason' | 'revoked_at'
> & { readonly code_hash: string };

function emergencyCodeFrom(row: EmergencyCodeJson): EmergencyCode {
  return {
    id: row.id,
    hash: Buffer.from(row.code_hash, 'base64'),
    uses: row.uses,
    usesLeft: row.uses_left,
    validFrom: row.valid_from,
    expiresAt: row.expires_at,
    clients: row.clients,
    highestAcr: row.highest_acr,
    issuedBy: row.issued_by,
    createdAt: row.created_at,
  };
}

function contactFrom(row: ContactJson): Contact {
  return {
    id: row.id,
    kind: row.kind,
    value: row.value,
    verifiedAt: row.verified_at,
    primary: row.is_primary,
    countsFrom: row.counts_from,
    offAt: row.off_at,
  };
}
