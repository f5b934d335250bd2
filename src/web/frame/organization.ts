import { accentsOf, shownSize } from '../../domain/branding.ts';
import type { Clients, Organization, Organizations } from '../../flows/ports/provider.ts';
import type { Addresses } from './address.ts';
import type { Brand } from './brand.ts';
import { stylesheetName } from './brand-stylesheet.ts';
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

export function brandOf(organization: Organization, { url }: Pick<Addresses, 'url'>): Brand {
  const { name, supportUrl, supportEmail = null, supportPhone = null, accentLight, accentDark, logo } = organization;
  const stylesheet = stylesheetName(accentsOf(accentLight, accentDark), logo?.plates);
  return {
    name,
    supportHref: supportUrl ?? url('/support'),
    logo: logoOf(organization, url),
    stylesheet: stylesheet && url(`${BRAND}/${stylesheet}`),
    support: supportEmail === null && supportPhone === null ? undefined : { email: supportEmail, phone: supportPhone },
  };
}

/** Where logos and stylesheets of organizations are. Their names say nothing but what they hold. */
export const BRAND = '/brand';

export function logoOf({ logo }: Pick<Organization, 'logo'>, url: (path: string) => string): Brand['logo'] {
  return logo ? { src: url(`${BRAND}/${logo.hash}.png`), ...shownSize(logo) } : undefined;
}
