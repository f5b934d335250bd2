import { type KeyTimes, nextRotation, rotationAt } from '../domain/signing-key.ts';
import type { SigningKey, SigningKeys } from './ports/provider.ts';
import type { Ports } from './ports.ts';

/**
 * Rotates the signing keys when they have signed for `days` days (0: never); how many new ones there are. On several nodes at once without
 * harm: the first one rotates, and the others find that it is no longer time.
 */
export async function rotateDueKeys(
  { keys, store, now }: Pick<Ports, 'store' | 'now'> & { readonly keys: SigningKeys },
  days: number,
): Promise<number> {
  const at = now();
  const due = (all: readonly KeyTimes[]) => nextRotation(all, days) <= at;
  if (!due(await keys.published(at))) return 0;
  const { activeFrom, retireOldAt } = rotationAt(at);
  const made = await keys.rotate(activeFrom, retireOldAt, due);
  if (made.length > 0) await recordRotation(store, { actor: 'system', by: 'schedule' }, made, activeFrom);
  return made.length;
}

/** Writes a rotation to the audit log. `by`: who or what asked for it. */
export function recordRotation(
  store: Pick<Ports['store'], 'audit'>,
  { actor, by }: { readonly actor: 'cli' | 'system'; readonly by: string },
  keys: readonly SigningKey[],
  activeFrom: number,
): Promise<void> {
  return store.audit.append({
    kind: 'keys.rotated',
    actor,
    details: { by, keys: keys.map((key) => key.kid), active_from: new Date(activeFrom).toISOString() },
  });
}
