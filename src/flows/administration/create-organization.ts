import type { Locale } from '../../domain/message.ts';
import type { Policy } from '../../domain/policy.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import {
  type Acceptance,
  type AcceptanceRefusal,
  acceptedDetails,
  NOTHING_ACCEPTED,
  operatorName,
  readAcceptance,
  reasonOf,
  type Unsafe,
} from './accept-findings.ts';
import { readName } from './identity.ts';
import { inOrganization } from './on-account.ts';
import { record } from './record.ts';

export interface OrganizationCreated {
  readonly outcome: 'created';
  readonly id: string;
}

const TRIES = 5;

/**
 * A new organization with its first policy, which is safe or accepted as it is. Its id is its name in small letters, with a few random digits when
 * that is taken. Only an admin of all organizations may.
 */
export async function createOrganization(
  ports: AdministrationPorts,
  request: { readonly name: string; readonly locale: Locale; readonly policy: Policy },
  acceptance: Acceptance = NOTHING_ACCEPTED,
): Promise<OrganizationCreated | Unsafe | Refused<'bad-name' | 'not-allowed' | AcceptanceRefusal>> {
  const name = readName(request.name, 100);
  if (name === undefined) return refused('bad-name');
  const accepted = readAcceptance(ports, request.policy, acceptance);
  if ('outcome' in accepted) return accepted;
  const publication = { by: operatorName(ports), reason: reasonOf(acceptance), restores: null };
  return inOrganization(ports, null, 'create-organization', async (tx): Promise<OrganizationCreated> => {
    for (const id of ids(ports, name)) {
      const organization = { id, name, locale: request.locale, supportUrl: null };
      if (!(await tx.organizations.create(organization, request.policy, publication))) continue;
      await tx.policies.accept(id, 1, accepted);
      await record(ports, tx, {
        kind: 'organization.created',
        organizationId: id,
        details: {
          policy: request.policy.name,
          self_recovery: request.policy.selfRecovery,
          ...acceptedDetails(accepted),
        },
      });
      return { outcome: 'created', id };
    }
    throw new Error('no free id for this organization was found');
  });
}

function ids(ports: AdministrationPorts, name: string): string[] {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
  const numbered = Array.from({ length: TRIES }, () => `${slug || 'organization'}-${ports.crypto.digits(6)}`);
  return slug ? [slug, ...numbered] : numbered;
}
