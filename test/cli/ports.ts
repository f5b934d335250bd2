import { createPasswords } from '../../src/crypto/passwords.ts';
import { createTotp } from '../../src/crypto/totp.ts';
import type { AdministrationPorts } from '../../src/flows/ports/administration.ts';
import { createImages } from '../../src/images/logo.ts';
import { administrationStoreOn } from '../../src/store/administration/index.ts';
import { crypto, type Fixture, useStore } from '../store/fixture.ts';

/** The ports of the administration flows on a database of their own. */
export function usePorts(): { ports: () => AdministrationPorts; fixture: () => Fixture } {
  const fixture = useStore();
  return {
    fixture,
    ports: () => ({
      store: administrationStoreOn(fixture()),
      keys: fixture().keys,
      crypto,
      images: async () => createImages(),
      passwords: createPasswords,
      totp: createTotp(),
      now: Date.now,
      issuer: 'http://localhost:3000',
      closed: [],
      by: 'test',
    }),
  };
}
