import { generateKeyPairSync } from 'node:crypto';
import type { SigningKey, SigningKeys } from '../../../src/flows/ports/provider.ts';

type Listener = Parameters<SigningKeys['onChange']>[0];

/** Signing keys in memory; `replace` swaps all of them, as a finished rotation does. */
export class MemoryKeys implements SigningKeys {
  private keys: SigningKey[];
  private readonly listeners: Listener[] = [];
  private made = 0;

  constructor() {
    this.keys = this.make();
  }

  private make(): SigningKey[] {
    this.made += 1;
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
    const rest = { state: 'current', createdAt: 0, activeFrom: 0, retiredAt: null } as const;
    return [
      { ...rest, kid: `ec-${this.made}`, alg: 'ES256', jwk: { ...ec } },
      { ...rest, kid: `rsa-${this.made}`, alg: 'RS256', jwk: { ...rsa } },
    ];
  }

  async published(): Promise<readonly SigningKey[]> {
    return this.keys;
  }

  /** New keys sign; the old ones stay published. Tells those who listen. */
  async rotate(): Promise<readonly SigningKey[]> {
    this.keys = [...this.make(), ...this.keys.map((key) => ({ ...key, state: 'retired' as const }))];
    for (const listener of this.listeners) listener('keys');
    return this.keys;
  }

  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }
}
