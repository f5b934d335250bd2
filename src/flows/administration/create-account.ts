import type { Locale } from '../../domain/message.ts';
import { leastLength, normalizePassword, type PasswordRefusal } from '../../domain/password-rules.ts';
import type { Policy } from '../../domain/policy.ts';
import { policyOfAccount } from '../../domain/policy-of-account.ts';
import { type Refused, refused } from '../outcome.ts';
import { type AdministrationPorts, type NewContact, Taken } from '../ports/administration.ts';
import type { Account, Contact } from '../ports.ts';
import { judgeNewPassword } from '../set-password.ts';
import { type Identity, type IdentityRefusal, readIdentity, type TypedIdentity } from './identity.ts';
import { invite } from './invite.ts';
import { inOrganization } from './on-account.ts';
import { record } from './record.ts';

export interface AccountRequest extends TypedIdentity {
  readonly organizationId: string;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
  /** Undefined: the organization's. */
  readonly locale?: Locale;
  /** As it was typed; never together with `invite`. */
  readonly password?: string;
  readonly invite: boolean;
}

export type AccountRefusal =
  | IdentityRefusal
  | PasswordRefusal
  | 'unknown-organization'
  | 'not-allowed'
  | 'username-taken'
  | 'email-taken';

export type AccountCreated = { readonly outcome: 'created'; readonly sub: string };

/**
 * A new account, made by an administrator: with a password, with an invitation by e-mail to choose one, or with neither.
 * What is created verified counts for recovery at once. One transaction with its audit rows and the invitation.
 */
export async function createAccount(
  ports: AdministrationPorts,
  request: AccountRequest,
): Promise<AccountCreated | Refused<AccountRefusal>> {
  const identity = readIdentity(request);
  if ('refusal' in identity) return refused(identity.refusal);
  const organization = await ports.store.organizations.find(request.organizationId);
  const inForce = await ports.store.policies.inForce(request.organizationId);
  if (!organization || !inForce) return refused('unknown-organization');

  const contacts = contactsOf(ports, request, identity);
  const account = draft(ports, request.locale ?? organization.locale, organization.id, identity, contacts, inForce);
  const password = request.password === undefined ? undefined : normalizePassword(request.password);
  const passwords = password === undefined ? undefined : await ports.passwords();
  const refusal = passwords && judgeNewPassword({ passwords }, account, password ?? '', leastForNew(inForce.policy));
  if (refusal) return refused(refusal);
  const hash = await passwords?.hash(password ?? '');

  try {
    const made = await inOrganization(ports, organization.id, 'create', async (tx) => {
      await tx.newAccounts.create({ ...account, usernameKey: identity.usernameKey, contacts });
      if (hash) {
        const id = ports.crypto.uuid();
        await tx.credentials.add(account.id, { id, kind: 'password', label: '', hash, unsettledUntil: null });
      }
      await record(ports, tx, {
        kind: 'account.created',
        accountId: account.id,
        organizationId: account.organizationId,
        details: {
          email_verified: request.emailVerified,
          phone: identity.phone !== null,
          phone_verified: identity.phone !== null && request.phoneVerified,
          password: hash !== undefined,
        },
      });
      if (request.invite) await invite(ports, tx, account);
      return { outcome: 'created', sub: account.id } as const;
    });
    return made;
  } catch (error) {
    if (error instanceof Taken) return refused(error.what === 'email' ? 'email-taken' : 'username-taken');
    throw error;
  }
}

/**
 * Fewest characters of a password that an administrator sets: it stands beside a second factor where the policy requires one, save
 * for the first sign-in, which registers it.
 */
export function leastForNew(policy: Policy): number {
  return leastLength(policy, policy.secondFactor.required);
}

function contactsOf(ports: AdministrationPorts, request: AccountRequest, identity: Identity): NewContact[] {
  const now = ports.now();
  const contact = (kind: 'email' | 'phone', value: string, key: string, verified: boolean): NewContact => ({
    id: ports.crypto.uuid(),
    kind,
    value,
    key,
    verifiedAt: verified ? now : null,
    countsFrom: now,
  });
  const { email, phone } = identity;
  const mail = contact('email', email.address, email.key, request.emailVerified);
  return phone === null ? [mail] : [mail, contact('phone', phone, phone, request.phoneVerified)];
}

/** The account as it will be: what the password rules and the invitation look at. */
function draft(
  ports: AdministrationPorts,
  locale: Locale,
  organizationId: string,
  identity: Identity,
  contacts: readonly NewContact[],
  inForce: { policy: Policy; version: number },
): Account {
  return {
    id: ports.crypto.uuid(),
    organizationId,
    username: identity.username,
    givenName: identity.givenName,
    familyName: identity.familyName,
    locale,
    suspendedAt: null,
    frozenAt: null,
    contested: [],
    closesAt: null,
    restoreCode: null,
    emergencyCode: null,
    restoreForbidden: false,
    restoreUses: [],
    signInsAsked: 0,
    createdAt: ports.now(),
    boundToSecondFactor: false,
    recoveredAt: null,
    lastMethod: null,
    credentials: [],
    contacts: contacts.map((contact): Contact => ({ ...contact, primary: true, offAt: null })),
    formerContacts: [],
    roles: [],
    inPilot: false,
    onboardingAfter: null,
    policy: policyOfAccount(inForce.policy, { withRole: false, inPilot: false }),
    policyVersion: inForce.version,
  };
}
