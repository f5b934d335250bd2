import type { Changed, Changes } from './changes.ts';

/** More of them are not kept: ids come from outside. */
const MOST = 10_000;

/**
 * Remembers what `load` found, until one of `names` has changed somewhere; while nothing can be heard, everything is read
 * each time. What was not found is not remembered, and no more than `most`. A load that is under way when a change comes is not kept either.
 */
export function remembered<T>(
  changes: Changes,
  names: readonly Changed[],
  load: (key: string) => Promise<T | undefined>,
  most = MOST,
): { get(key: string): Promise<T | undefined>; forget(): void } {
  let known = new Map<string, Promise<T | undefined>>();
  const forget = () => {
    known = new Map();
  };
  changes.onChange((what) => {
    if (what === 'all' || names.includes(what)) forget();
  });
  return {
    forget,
    async get(key) {
      if (!changes.heard()) return load(key);
      const map = known;
      const kept = map.get(key);
      if (kept) return kept;
      if (map.size >= most) map.clear();
      const loading = load(key);
      map.set(key, loading);
      try {
        const found = await loading;
        if (found === undefined) map.delete(key);
        return found;
      } catch (error) {
        map.delete(key);
        throw error;
      }
    },
  };
}
