import type { Move } from '../state.ts';
import type { Graph, Spot, Step } from './graph.ts';

/** Steps from a start: the last one, and what came before it. `waited`: milliseconds in all; `count`: of steps. */
export interface Trail {
  readonly step: Step;
  readonly before: Trail | null;
  readonly waited: number;
}

interface Reached {
  readonly spot: Spot;
  readonly trail: Trail | null;
}

/**
 * Every step that can be taken from `start`, the soonest first (least waiting, then fewest journeys), each spot being left once. Ends for
 * every policy, as `explore` does. It computes as it is read; `seen` holds the spots that were left so far.
 */
export function* walk(graph: Graph, start: Spot, seen: Set<Spot> = new Set()): Generator<Trail> {
  const later: { readonly at: number; readonly reached: Reached }[] = [];
  let now: Reached[] = [{ spot: start, trail: null }];
  let waited = 0;
  for (;;) {
    for (let next = 0; next < now.length; next += 1) {
      const reached = now[next];
      if (!reached || seen.has(reached.spot)) continue;
      seen.add(reached.spot);
      for (const step of graph.stepsFrom(reached.spot)) {
        const trail: Trail = { step, before: reached.trail, waited: waited + step.waits };
        yield trail;
        if (seen.has(step.to)) continue;
        if (step.waits > 0) later.push({ at: trail.waited, reached: { spot: step.to, trail } });
        else now.push({ spot: step.to, trail });
      }
    }
    if (later.length === 0) return;
    waited = Math.min(...later.map(({ at }) => at));
    now = later.filter(({ at }) => at === waited).map(({ reached }) => reached);
    later.splice(0, later.length, ...later.filter(({ at }) => at > waited));
  }
}

/** The moves of a trail in order. Waits are told as moves `until` so long after the beginning (milliseconds). */
export function movesOf(trail: Trail | null): readonly Move[] {
  const moves: Move[] = [];
  for (let at = trail; at; at = at.before) {
    const { move } = at.step;
    moves.unshift(move.move === 'wait' ? { move: 'wait', until: at.waited } : move);
  }
  return moves;
}
