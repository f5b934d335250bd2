/** Things by key, the newest `most` of them, each for `lifetime` milliseconds: a demo keeps everything in memory. */
export function createMemory<T>(most: number, lifetime: number) {
  const entries = new Map<string, { readonly value: T; readonly until: number }>();
  return {
    put(key: string, value: T): void {
      entries.delete(key);
      entries.set(key, { value, until: Date.now() + lifetime });
      const [oldest] = entries.keys();
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
    },
    get(key: string | undefined): T | undefined {
      const entry = key === undefined ? undefined : entries.get(key);
      return entry && entry.until > Date.now() ? entry.value : undefined;
    },
    delete(key: string | undefined): void {
      if (key !== undefined) entries.delete(key);
    },
    /** Replaces each value that `which` likes; returns how many. */
    replaceWhere(which: (value: T) => boolean, by: T): number {
      const hits = [...entries].filter(([, { value }]) => which(value));
      for (const [key, { until }] of hits) entries.set(key, { value: by, until });
      return hits.length;
    },
  };
}
