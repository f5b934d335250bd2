import { Busy } from '../flows/ports.ts';

export interface FairQueue {
  /** Runs `work` when its turn comes. Rejects with `Busy` at once when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Runs at most `width` pieces of work at a time, first come first served, while at most `depth` wait. Work that costs a
 * core each must not take all of libuv's threads: what else needs them (signing, files) would stand behind a flood.
 */
export function createFairQueue({ width, depth }: { width: number; depth: number }): FairQueue {
  const waiting: (() => void)[] = [];
  let running = 0;
  // Milliseconds that one piece takes, as a moving average: tells a refused caller when to come back.
  let typical = 50;

  async function turn(): Promise<void> {
    if (running < width) {
      running += 1;
      return;
    }
    if (waiting.length >= depth) throw new Busy(Math.max(1, Math.ceil((waiting.length * typical) / width / 1000)));
    // The one who finishes hands over its place: `running` stays as it is, and nobody can slip in between.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  return {
    async run(work) {
      await turn();
      const began = performance.now();
      try {
        return await work();
      } finally {
        typical += (performance.now() - began - typical) / 16;
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
