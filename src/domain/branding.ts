import { contrastOf, GROUNDS, luminanceOf, readable, type Scheme } from './colour.ts';
import type { Locale } from './message.ts';

/** An authenticator app that an organization recommends; https addresses in the two stores. */
export interface AuthenticatorApp {
  readonly name: string;
  readonly apple: string | null;
  readonly google: string | null;
}

/** A logo as it is kept: a PNG of ours. `hash`: of its bytes, 32 hexadecimal digits; it is its address. */
export interface Logo {
  readonly hash: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The schemes in which it needs a ground of its own, since it would not be seen on ours. */
  readonly plates: readonly Scheme[];
}

/** What an organization calls itself, where its people find help, and what it shows of itself; null: nothing of its own, so as Regain does. */
export interface OrganizationSettings {
  readonly name: string;
  readonly locale: Locale;
  /** Where "Contact support" leads; null: Regain's own support page. */
  readonly supportUrl: string | null;
  readonly supportEmail: string | null;
  /** E.164. */
  readonly supportPhone: string | null;
  /** `#rrggbb`; the dark one only beside a light one. */
  readonly accentLight: string | null;
  readonly accentDark: string | null;
  /** Of e-mails, in place of MAIL_FROM. */
  readonly senderName: string | null;
  readonly senderAddress: string | null;
  /** In SMS, where there is little room. */
  readonly smsName: string | null;
  readonly apps: readonly AuthenticatorApp[];
}

/** Colours of links and buttons, and of the words on the buttons, each `#rrggbb`. */
export type Accents = Readonly<Record<Scheme, { readonly accent: string; readonly ink: string }>>;

/** Both colours of an organization; undefined: it has none. The dark one follows the light one where it is not given. */
export function accentsOf(light: string | null | undefined, dark: string | null | undefined): Accents | undefined {
  if (!light) return undefined;
  return {
    light: { accent: light, ink: GROUNDS.light.ink },
    dark: { accent: dark ?? readable(light, 'dark'), ink: GROUNDS.dark.ink },
  };
}

/** The sides of the largest logo that is shown, in CSS pixels; kept at three times that. */
export const LOGO_BOX = { width: 160, height: 32 };

/** In CSS pixels: as large as the box lets it be, and never larger than its third. */
export function shownSize({ width, height }: Pick<Logo, 'width' | 'height'>): { width: number; height: number } {
  const scale = Math.min(LOGO_BOX.width / width, LOGO_BOX.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Below that, light pixels on the light ground are not seen; a pale yellow still is. */
const SEEN_ON_LIGHT = 1.15;
/** WCAG 2.2, 1.4.11. */
const SEEN_ON_DARK = 3;

/**
 * Where a logo needs a plate. `pixels`: red, green, blue and alpha of each. A logo without transparent parts brings its ground along. In the light it is the
 * middle pixel that decides, in the dark the darkest fifth: a dark word beside a bright sign must be read.
 * Undefined: nothing is seen at all.
 */
export function platesOf(pixels: Uint8Array): Scheme[] | undefined {
  const seen: number[] = [];
  for (let at = 0; at + 3 < pixels.length; at += 4)
    if ((pixels[at + 3] ?? 0) > 127)
      seen.push(luminanceOf([pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0]));
  if (seen.length === 0) return undefined;
  if (seen.length * 4 >= pixels.length * 0.98) return [];
  seen.sort((a, b) => a - b);
  const [middle = 0, dark = 0] = [seen[Math.floor(seen.length / 2)], seen[Math.floor(seen.length / 5)]];
  return [
    ...(contrastOf(middle, 0.913) < SEEN_ON_LIGHT ? (['light'] as const) : []),
    ...(contrastOf(dark, 0.0118) < SEEN_ON_DARK ? (['dark'] as const) : []),
  ];
}
