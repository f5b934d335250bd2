/** A chart of bars, drawn on the server: numbers in, shapes out. One bar for each day; what is meant to be goes up, what is not goes down. */

/** The colour that a series is drawn in: a custom property of regain.css. */
export type Tone = 'accent' | 'line' | 'danger';

export interface Series {
  readonly tone: Tone;
  /** Upwards from the line, on top of the series before; else downwards. */
  readonly up: boolean;
  readonly values: readonly number[];
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** One for each series with anything in it: the outlines of its bars. */
  readonly paths: readonly { readonly tone: Tone; readonly d: string }[];
  /** Across the chart: the end of the scale on either side, and the line between them. */
  readonly lines: readonly { readonly y: number; readonly x: number }[];
  readonly texts: readonly {
    readonly x: number;
    readonly y: number;
    readonly anchor: 'start' | 'middle' | 'end';
    readonly text: string;
  }[];
}

const [WIDTH, HEIGHT, TOP, FOOT] = [320, 168, 8, 20];
/** Of the bar's place the bar takes so much. */
const SHARE = 0.76;
/** A number above nought shows, however small it is. */
const LEAST = 1.5;
const LETTER = 7;

/**
 * Draws series of as many values each; undefined: there is nothing but noughts. `write`: a number as it stands at the scale; `below`: the words
 * below the first and the last bar, or, where there are more than two, below each.
 */
export function drawBars(
  series: readonly Series[],
  write: (value: number) => string,
  below: readonly string[],
): Drawing | undefined {
  const many = Math.max(0, ...series.map(({ values }) => values.length));
  const heights = (up: boolean) =>
    Array.from({ length: many }, (_, index) =>
      series.filter((one) => one.up === up).reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
    );
  const [above, under] = [endOfScale(Math.max(0, ...heights(true))), endOfScale(Math.max(0, ...heights(false)))];
  if (above + under === 0) return undefined;

  const bottom = HEIGHT - FOOT;
  const unit = (bottom - TOP) / (above + under);
  const zero = TOP + above * unit;
  const scale = [
    ...(above > 0 ? [{ y: TOP, text: write(above) }] : []),
    { y: zero, text: write(0) },
    ...(under > 0 ? [{ y: bottom, text: write(under) }] : []),
  ];
  // What would stand on what is there already is left out; the ends are always told.
  const told = scale.filter(({ y }) => y === zero || Math.abs(y - zero) >= 14);
  const left = LETTER * Math.max(...told.map(({ text }) => text.length)) + 8;
  const step = (WIDTH - left) / Math.max(1, many);

  const reached = new Map<string, number>();
  const paths = series.map(({ tone, up, values }) => ({
    tone,
    d: values
      .map((value, index) => {
        if (value <= 0) return '';
        const at = `${up}:${index}`;
        const from = reached.get(at) ?? zero;
        const high = Math.max(LEAST, value * unit);
        reached.set(at, up ? from - high : from + high);
        const [x, wide] = [left + index * step + (step * (1 - SHARE)) / 2, step * SHARE];
        return `M${short(x)} ${short(from)}h${short(wide)}v${short(up ? -high : high)}h${short(-wide)}z`;
      })
      .join(''),
  }));
  return {
    width: WIDTH,
    height: HEIGHT,
    paths: paths.filter(({ d }) => d !== ''),
    lines: scale.map(({ y }) => ({ y: short(y), x: left })),
    texts: [
      ...told.map(({ y, text }) => ({ x: left - 6, y: short(y + 4), anchor: 'end' as const, text })),
      ...wordsBelow(below, left, step),
    ],
  };
}

function wordsBelow(below: readonly string[], left: number, step: number): Drawing['texts'] {
  const y = HEIGHT - 5;
  if (below.length > 2)
    return below.map((text, index) => ({ x: short(left + (index + 0.5) * step), y, anchor: 'middle', text }));
  const [first = '', last = ''] = below;
  return [
    { x: left, y, anchor: 'start', text: first },
    { x: WIDTH, y, anchor: 'end', text: last },
  ];
}

/** The next round number: 1, 2, 3, 4, 5, 6, 8, 10, 20, 30 …; 0 of 0. */
export function endOfScale(highest: number): number {
  if (highest <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((one) => one * power).find((end) => end >= highest) ?? highest;
}

/** How long the bar of one of several amounts is beside the longest of them, of 100. */
export function lengthOf(amount: number, longest: number): number {
  return longest <= 0 || amount <= 0 ? 0 : Math.max(1, Math.round((100 * amount) / longest));
}

const short = (value: number): number => Math.round(value * 100) / 100;
