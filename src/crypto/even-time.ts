import { setTimeout as pause } from 'node:timers/promises';
import type { Ports } from '../flows/ports.ts';

/**
 * The `evenly` port: what must not be told by the clock is answered at the next multiple of `grid` milliseconds after its
 * start (ATTACKS A11). One grid is long beside what the work takes, so that nearly all answers leave at the first one.
 */
export function createEvenly(grid = 250): Ports['evenly'] {
  return async (work, hidden = () => true) => {
    const start = performance.now();
    const untilGrid = () => pause(grid - ((performance.now() - start) % grid));
    try {
      const result = await work();
      if (hidden(result)) await untilGrid();
      return result;
    } catch (error) {
      await untilGrid();
      throw error;
    }
  };
}
