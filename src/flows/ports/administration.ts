import type { Locale } from '../../domain/message.ts';
import type { Passwords, Ports, Repositories } from '../ports.ts';
import type { AccountKinds } from './account-kinds.ts';
import type { ApiRegistry } from './apis.ts';
import type { ClientRegistry } from './clients.ts';
import type { Figures } from './figures.ts';
import type { Images } from './images.ts';
import type { LockOutDays } from './lock-out-days.ts';
import type { AuditReader } from './log.ts';
import type { OrganizationRegistry } from './organizations.ts';
import type { People } from './people.ts';
import type { PilotGroup } from './pilot-group.ts';
import type { PolicyDrafts, PolicyVersions } from './policies.ts';
import type { SigningKeys } from './provider.ts';
import type { Operator, Roles } from './roles.ts';

/** What the administration flows ask of the outside, beside the ports of the others. Times in milliseconds. */
export interface AdministrationPorts extends Pick<Ports, 'crypto' | 'totp' | 'now' | 'issuer' | 'closed'> {
  /** Made when a password comes: its lists of common ones are large. */
  readonly passwords: () => Promise<Passwords>;
  readonly store: AdministrationStore;
  readonly keys: SigningKeys;
  /** Made when a logo comes. */
  readonly images: () => Promise<Images>;
  /** Who acts at the command line, for the audit log: the operating system's user and machine. */
  readonly by: string;
  /** Who acts in the operators' console; without one it is the command line, which may everything. */
  readonly operator?: Operator;
}

export interface AdministrationStore extends Repositories, AdministrationRepositories {
  /** One transaction for the repositories of both kinds; rolled back when `work` throws. */
  transaction<T>(work: (tx: Repositories & AdministrationRepositories) => Promise<T>): Promise<T>;
}

export interface AdministrationRepositories {
  readonly organizations: OrganizationRegistry;
  readonly policies: PolicyVersions;
  readonly drafts: PolicyDrafts;
  readonly clients: ClientRegistry;
  readonly apis: ApiRegistry;
  readonly newAccounts: NewAccounts;
  readonly signIns: KnownDevices;
  readonly roles: Roles;
  readonly people: People;
  readonly log: AuditReader;
  readonly figures: Figures;
  readonly kinds: AccountKinds;
  readonly pilot: PilotGroup;
  readonly lockOutDays: LockOutDays;
}

export interface NewAccount {
  readonly id: string;
  readonly organizationId: string;
  readonly username: string;
  readonly usernameKey: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly locale: Locale;
  readonly contacts: readonly NewContact[];
}

/** Each is the first of its kind, hence the primary one. */
export interface NewContact {
  readonly id: string;
  readonly kind: 'email' | 'phone';
  readonly value: string;
  /** What look-ups and uniqueness compare. */
  readonly key: string;
  readonly verifiedAt: number | null;
  readonly countsFrom: number;
}

export interface NewAccounts {
  /** Throws `Taken` when the username or the e-mail address belongs to somebody, also under a race. */
  create(account: NewAccount): Promise<void>;
}

/** A username or e-mail address belongs to another account; the transaction is lost. */
export class Taken extends Error {
  readonly what: 'username' | 'email';
  constructor(what: 'username' | 'email') {
    super(`this ${what} belongs to another account`);
    this.name = 'Taken';
    this.what = what;
  }
}

/** A browser that an account has signed in from. */
export interface KnownDevice {
  readonly id: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

export interface KnownDevices {
  /** Last used first. */
  of(accountId: string): Promise<readonly KnownDevice[]>;
}
