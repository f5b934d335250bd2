/** The ways to one goal, drawn on the server: one lane for each, proofs in boxes, a ring where the goal is reached. Words in, shapes out. */

export interface Lane {
  /** For whom it is. */
  readonly note: string;
  readonly boxes: readonly string[];
}

export interface LaneDrawing {
  readonly width: number;
  readonly height: number;
  /** Where the lines go. */
  readonly lines: string;
  readonly boxes: readonly { readonly x: number; readonly y: number; readonly width: number; readonly text: string }[];
  readonly notes: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly ends: readonly { readonly x: number; readonly y: number }[];
}

/** As wide as a phone leaves room for. */
const WIDTH = 330;
const [LETTER, PADDING, BOX, GAP, TRUNK, LEFT, ROW, NOTE] = [6.7, 9, 26, 14, 6, 22, 38, 20] as const;

export const BOX_HEIGHT = BOX;

export function drawLanes(lanes: readonly Lane[]): LaneDrawing {
  const boxes: { x: number; y: number; width: number; text: string }[] = [];
  const notes: { x: number; y: number; text: string }[] = [];
  const ends: { x: number; y: number }[] = [];
  const paths: string[] = [];
  const begins: number[] = [];
  let y = 0;
  for (const { note, boxes: words } of lanes) {
    notes.push({ x: LEFT, y: y + 14, text: note });
    y += NOTE;
    let x = LEFT;
    begins.push(y + BOX / 2);
    paths.push(`M${TRUNK} ${y + BOX / 2}H${LEFT}`);
    for (const [index, text] of words.entries()) {
      const width = Math.round(text.length * LETTER) + 2 * PADDING;
      if (index > 0 && x + GAP + width + GAP > WIDTH) {
        // On in the next row: around the end of this one.
        paths.push(`M${x} ${y + BOX / 2}h6v${ROW / 2}H${LEFT - 6}v${ROW / 2}h6`);
        [x, y] = [LEFT, y + ROW];
      } else if (index > 0) {
        paths.push(`M${x} ${y + BOX / 2}h${GAP}`);
        x += GAP;
      }
      boxes.push({ x, y, width, text });
      x += width;
    }
    paths.push(`M${x} ${y + BOX / 2}h8`);
    ends.push({ x: x + 13, y: y + BOX / 2 });
    y += ROW;
  }
  const [first, last] = [begins[0], begins.at(-1)];
  if (first !== undefined && last !== undefined && first !== last) paths.unshift(`M${TRUNK} ${first}V${last}`);
  const width = Math.max(WIDTH, ...ends.map((end) => end.x + 8));
  return { width, height: Math.max(0, y - 8), lines: paths.join(''), boxes, notes, ends };
}
