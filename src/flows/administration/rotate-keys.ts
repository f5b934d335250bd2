import type { AdministrationPorts } from '../ports/administration.ts';
import type { SigningKey } from '../ports/provider.ts';

/** Applications read the key set again within minutes; a new key signs only after that. */
const UNTIL_CACHES_EXPIRE_MS = 10 * 60_000;
/** An old key verifies as long as an ID token may come back as a logout hint: a day beyond its last signature. */
const UNTIL_TOKENS_ARE_DEAD_MS = 24 * 3_600_000;

export interface KeysRotated {
  /** The new ones. */
  readonly keys: readonly SigningKey[];
  readonly activeFrom: number;
  readonly retireOldAt: number;
}

/** A new signing key for each algorithm, published at once, signing in ten minutes; the old ones go a day after that. */
export async function rotateKeys(ports: AdministrationPorts): Promise<KeysRotated> {
  const activeFrom = ports.now() + UNTIL_CACHES_EXPIRE_MS;
  const retireOldAt = activeFrom + UNTIL_TOKENS_ARE_DEAD_MS;
  // So that there are old keys to retire when this is the first act on a new database.
  await ports.keys.published(ports.now());
  const published = await ports.keys.rotate(activeFrom, retireOldAt);
  const keys = published.filter((key) => key.activeFrom === activeFrom);
  await ports.store.transaction((tx) =>
    tx.audit.append({
      kind: 'keys.rotated',
      actor: 'cli',
      details: { by: ports.by, keys: keys.map((key) => key.kid), active_from: new Date(activeFrom).toISOString() },
    }),
  );
  return { keys, activeFrom, retireOldAt };
}
