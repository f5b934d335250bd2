/** The clock of a world: real time, and what was skipped. */
export interface Clock {
  now(): number;
  skip(milliseconds: number): void;
}

export function createClock(): Clock {
  let skipped = 0;
  return {
    now: () => Date.now() + skipped,
    skip: (milliseconds) => {
      skipped += milliseconds;
    },
  };
}
