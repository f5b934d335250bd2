import { Busy } from '../flows/ports.ts';

export interface FairQueue {
  /** Runs `work` when its turn comes. Rejects with `Busy` at once when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Keeps a place for work to come, until it is disposed of. Throws `Busy` when half of `depth` is kept already, or a quarter of
   * that by this one `holder`: one address must not fill the queue for everybody.
   */
  keepPlace(holder: string): Disposable;
}

/**
 * Runs at most `width` pieces of work at a time, first come first served, while at most `depth` wait. Work that costs a
 * core each must not take all of libuv's threads: what else needs them (signing, files) would stand behind a flood.
 */
export function createFairQueue({ width, depth }: { width: number; depth: number }): FairQueue {
  const waiting: (() => void)[] = [];
  const places = Math.floor(depth / 2);
  const ofOne = Math.ceil(places / 4);
  const heldBy = new Map<string, number>();
  let held = 0;
  let running = 0;
  // Milliseconds that one piece takes, as a moving average: tells a refused caller when to come back.
  let typical = 50;

  async function turn(): Promise<void> {
    if (running < width) {
      running += 1;
      return;
    }
    if (waiting.length >= depth) throw busy();
    // The one who finishes hands over its place: `running` stays as it is, and nobody can slip in between.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  const busy = () => new Busy(Math.max(1, Math.ceil((waiting.length * typical) / width / 1000)));

  return {
    keepPlace(holder) {
      const own = heldBy.get(holder) ?? 0;
      if (held >= places || own >= ofOne) throw busy();
      held += 1;
      heldBy.set(holder, own + 1);
      let kept = true;
      return {
        [Symbol.dispose]() {
          if (!kept) return;
          kept = false;
          held -= 1;
          const left = (heldBy.get(holder) ?? 1) - 1;
          if (left > 0) heldBy.set(holder, left);
          else heldBy.delete(holder);
        },
      };
    },
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
