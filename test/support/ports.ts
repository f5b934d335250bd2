import { randomBytes } from 'node:crypto';
import { type CryptoKit, createCrypto } from '../../src/crypto/crypto.ts';
import { createPasskeys } from '../../src/crypto/passkeys.ts';
import { createPasswords } from '../../src/crypto/passwords.ts';
import { createTotp } from '../../src/crypto/totp.ts';
import type { ProofKind } from '../../src/domain/proof.ts';
import type { AdministrationPorts } from '../../src/flows/ports/administration.ts';
import type { Ports } from '../../src/flows/ports.ts';
import { createImages } from '../../src/images/logo.ts';
import { administrationStoreOn } from '../../src/store/administration/index.ts';
import { type OpenStore, openStore } from '../../src/store/index.ts';
import { testDatabase } from './database.ts';

/** Real adapters on a database of their own; only the clock is the test's, and answers are not delayed. */
export interface TestPorts {
  readonly ports: Ports;
  readonly administration: AdministrationPorts;
  readonly crypto: CryptoKit;
  readonly database: OpenStore;
  readonly clock: Clock;
  close(): Promise<void>;
}

export interface OpenedPorts extends TestPorts {
  /** Of the database. */
  readonly url: string;
}

/** Starts at the real time, since rate limits know no other. */
export interface Clock {
  now: number;
}

export interface TestPortsSettings {
  readonly issuer?: string;
  readonly closed?: readonly ProofKind[];
}

export const ISSUER = 'http://localhost:3000';

export async function openPorts({ issuer = ISSUER, closed = [] }: TestPortsSettings = {}): Promise<OpenedPorts> {
  const testing = await testDatabase();
  const clock = { now: Date.now() };
  const now = () => clock.now;
  const crypto = createCrypto([randomBytes(32)]);
  const database = await openStore({ url: testing.url, crypto, now });
  const ports: Ports = {
    store: database.store,
    crypto,
    passwords: await createPasswords(),
    totp: createTotp(),
    passkeys: createPasskeys({ issuer: new URL(issuer), rpName: 'Regain' }),
    limits: database.limits,
    live: database.live,
    now,
    issuer,
    evenly: (work) => work(),
    closed,
  };
  const administration = {
    ...ports,
    passwords: () => Promise.resolve(ports.passwords),
    store: administrationStoreOn(database),
    keys: database.keys,
    images: async () => createImages(),
    by: 'test',
  };
  const close = async () => {
    await database.close();
    await testing.drop();
  };
  return { ports, administration, crypto, database, clock, url: testing.url, close };
}
