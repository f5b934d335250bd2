/** Red, green and blue, 0 to 255. */
type Parts = readonly [number, number, number];
export type Scheme = 'light' | 'dark';

/** What an organization's colour stands on, and what stands on it: as in views/assets/regain.css. */
export const GROUNDS: Readonly<Record<Scheme, { readonly grounds: readonly string[]; readonly ink: string }>> = {
  light: { grounds: ['#ffffff', '#f4f5f7'], ink: '#ffffff' },
  dark: { grounds: ['#191d23', '#101317'], ink: '#101317' },
};

/** Of text (WCAG 2.2, 1.4.6). */
export const LEAST_CONTRAST = 7;

/** `#rrggbb` of what was typed as `#rrggbb` or `#rgb`, with or without the `#`; else undefined. */
export function parseColour(typed: string): string | undefined {
  const hex = /^#?((?:[0-9a-f]{3}){1,2})$/i.exec(typed.trim())?.[1]?.toLowerCase();
  if (hex === undefined) return undefined;
  return `#${hex.length === 6 ? hex : Array.from(hex, (digit) => digit + digit).join('')}`;
}

const partsOf = (hex: string): Parts => {
  const number = Number.parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
};

const linear = (part: number): number =>
  part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;

/** Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance"). */
export const luminanceOf = ([red, green, blue]: Parts): number =>
  0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

/** 1 to 21 (WCAG 2.2, "contrast ratio"), of two luminances. */
export const contrastOf = (one: number, other: number): number =>
  (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

/** Contrast ratio of two colours, `#rrggbb`. */
export const contrast = (one: string, other: string): number =>
  contrastOf(luminanceOf(partsOf(one)), luminanceOf(partsOf(other)));

/** The least contrast of a colour with what it stands on in a scheme. */
export function leastContrast(colour: string, scheme: Scheme): number {
  return Math.min(...GROUNDS[scheme].grounds.map((ground) => contrast(colour, ground)));
}

/** The colour itself where it can be read in the scheme, else the nearest one on its way to black (light) or white (dark) that can. */
export function readable(colour: string, scheme: Scheme): string {
  const [target, parts] = [scheme === 'light' ? 0 : 255, partsOf(colour)];
  for (let step = 0; step <= 255; step += 1) {
    const mixed = parts.map((part) => Math.round(part + ((target - part) * step) / 255));
    const hex = `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
    if (leastContrast(hex, scheme) >= LEAST_CONTRAST) return hex;
  }
  throw new Error('black and white can be read');
}
