import { rotationAt } from '../../domain/signing-key.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { SigningKey } from '../ports/provider.ts';
import { recordRotation } from '../rotate-due-keys.ts';

export interface KeysRotated {
  /** The new ones. */
  readonly keys: readonly SigningKey[];
  readonly activeFrom: number;
  readonly retireOldAt: number;
}

/** A new signing key for each algorithm, published at once, signing in ten minutes; the old ones go a day after that. */
export async function rotateKeys(ports: AdministrationPorts): Promise<KeysRotated> {
  const { activeFrom, retireOldAt } = rotationAt(ports.now());
  // So that there are old keys to retire when this is the first act on a new database.
  await ports.keys.published(ports.now());
  const keys = await ports.keys.rotate(activeFrom, retireOldAt);
  await recordRotation(ports.store, { actor: 'cli', by: ports.by }, keys, activeFrom);
  return { keys, activeFrom, retireOldAt };
}
