import type { Logo, OrganizationSettings } from '../../domain/branding.ts';
import type { Policy } from '../../domain/policy.ts';
import type { DrawnLogo } from './images.ts';
import type { Publication } from './policies.ts';
import type { Organization } from './provider.ts';

/** An organization as those who administer it see it. Times in milliseconds. */
export interface RegisteredOrganization extends OrganizationSettings {
  readonly id: string;
  readonly logo: Logo | null;
  readonly createdAt: number;
  /** Counts up with every change of the settings and the logo. */
  readonly version: number;
}

/** The organizations of the database. Nodes that run read one anew once it has changed. */
export interface OrganizationRegistry {
  find(id: string): Promise<RegisteredOrganization | undefined>;
  /** The same, and nobody else changes it until the transaction ends. */
  lock(id: string): Promise<RegisteredOrganization | undefined>;
  /** By name. */
  all(): Promise<readonly RegisteredOrganization[]>;
  /** With its first policy. False: the id is taken. */
  create(
    organization: Pick<Organization, 'id' | 'name' | 'locale' | 'supportUrl'>,
    policy: Policy,
    publication?: Publication,
  ): Promise<boolean>;
  /** Writes all settings; the version counts up. */
  change(id: string, settings: OrganizationSettings): Promise<void>;
  /** In place of the one before, or none; the version counts up. */
  setLogo(id: string, logo: DrawnLogo | null): Promise<void>;
}
