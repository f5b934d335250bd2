import type { Client } from './provider.ts';

/** An application as those who administer it see it. Times in milliseconds. */
export interface RegisteredClient extends Client {
  readonly suspendedAt: number | null;
  readonly createdAt: number;
  /** Counts up with every change, so that what was typed over another state is noticed. */
  readonly version: number;
}

export interface ClientQuery {
  /** Organizations; null: all of them. */
  readonly scope: readonly string[] | null;
  /** A client id: those that stand behind it, or before it, by name. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** The applications of the database. Nodes that run read one anew once it has changed. */
export interface ClientRegistry {
  create(client: Client): Promise<void>;
  /** By name. */
  page(query: ClientQuery): Promise<readonly RegisteredClient[]>;
  find(id: string): Promise<RegisteredClient | undefined>;
  /** The same, and nobody else changes it until the transaction ends. */
  lock(id: string): Promise<RegisteredClient | undefined>;
  /** Writes what is given; the version counts up. */
  change(id: string, changes: ClientChanges): Promise<void>;
  /** What people have granted it stays in their lists, and opens nothing. */
  remove(id: string): Promise<void>;
}

export type ClientChanges = Partial<
  Pick<RegisteredClient, 'name' | 'metadata' | 'secretHash' | 'firstParty' | 'admitsOthers' | 'suspendedAt'>
>;
