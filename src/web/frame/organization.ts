import type { Clients, Organization, Organizations } from '../../flows/ports/provider.ts';
import type { Addresses } from './address.ts';
import type { Brand } from './brand.ts';
import type { Acquaintance } from './page.ts';

/** Shown where nobody's page it is, or when the database cannot be asked: pages that need nothing of it keep answering. */
const HOUSE: Organization = { id: 'default', name: 'Regain', locale: 'en', supportUrl: null };

export interface Hosts {
  /** Whose page this is: the organization named, else the application's, else `default`. Throws when the store does. */
  find(known: Acquaintance): Promise<Organization>;
  /** The same without ever failing, for pages that say what failed. */
  findOrHouse(known: Acquaintance): Promise<Organization>;
}

export function createHosts(organizations: Organizations, clients: Clients): Hosts {
  const find = async ({ organizationId, clientId }: Acquaintance): Promise<Organization> => {
    const id = organizationId ?? (clientId && (await clients.find(clientId))?.organizationId);
    return (id && (await organizations.find(id))) || ((await organizations.find(HOUSE.id)) ?? HOUSE);
  };
  return { find, findOrHouse: (known) => find(known).catch(() => HOUSE) };
}

export function brandOf(organization: Organization, addresses: Addresses): Brand {
  return { name: organization.name, supportHref: organization.supportUrl ?? addresses.url('/support') };
}
