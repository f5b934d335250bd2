import type { Config } from './config/config.ts';
import { type CryptoKit, createCrypto } from './crypto/crypto.ts';
import { createEvenly } from './crypto/even-time.ts';
import { createPasskeys } from './crypto/passkeys.ts';
import { createPasswords } from './crypto/passwords.ts';
import { createTotp } from './crypto/totp.ts';
import type { ProofKind } from './domain/proof.ts';
import type { AdministrationPorts } from './flows/ports/administration.ts';
import type { Ports } from './flows/ports.ts';
import type { Log } from './observability/log.ts';
import { administrationStoreOn } from './store/administration/index.ts';
import { type OpenStore, openStore } from './store/index.ts';

/** Everything that flows, pages and jobs are given; made once per process. The only wiring of adapters to ports. */
export interface Context {
  readonly config: Config;
  readonly log: Log;
  readonly crypto: CryptoKit;
  readonly database: OpenStore;
  readonly ports: Ports;
  readonly administration: AdministrationPorts;
}

/** Opens the database at `url` and makes the ports. `log` gets what goes on behind requests. */
export async function createContext(config: Config, url: string, log: Log, now = Date.now): Promise<Context> {
  const crypto = createCrypto(config.masterKeys);
  const database = await openStore({ url, crypto, now, log });
  const ports: Ports = {
    store: database.store,
    crypto,
    passwords: await createPasswords(),
    totp: createTotp(),
    passkeys: createPasskeys({ issuer: config.issuer, rpName: 'Regain' }),
    limits: database.limits,
    live: database.live,
    now,
    issuer: config.issuerUrl,
    evenly: createEvenly(),
    closed: closedProofs(config),
  };
  const administration: AdministrationPorts = {
    ...ports,
    passwords: async () => ports.passwords,
    store: administrationStoreOn(database),
    keys: database.keys,
    images: async () => {
      const { createImages } = await import('./images/logo.ts');
      return createImages();
    },
    by: 'regain',
  };
  return { config, log, crypto, database, ports, administration };
}

/** Without a gateway the SMS routes are closed (CONTRACT "Configuration"); a demo has its inbox page. */
export function closedProofs(config: Config): ProofKind[] {
  return config.smsUrl === undefined && !config.demo ? ['sms-code'] : [];
}
