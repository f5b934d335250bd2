import type { Logo } from '../../domain/branding.ts';

/** A logo drawn anew, with its bytes. */
export interface DrawnLogo extends Logo {
  readonly png: Buffer;
}

/**
 * Why a file is no logo. `unknown-kind`: none of PNG, JPEG, WebP and SVG by its first bytes; `unreadable`: broken, or not what its first bytes say;
 * `too-large`: in bytes or pixels; `too-small`: nothing would be seen; `elaborate`: an SVG with entities, images or more references
 * than a drawing of a logo has.
 */
export type LogoRefusal = 'unknown-kind' | 'unreadable' | 'too-large' | 'too-small' | 'elaborate';

export interface Images {
  /** Draws an uploaded file anew as a PNG: nothing of the upload survives but what is seen. */
  drawLogo(file: Buffer): Promise<DrawnLogo | { readonly refusal: LogoRefusal }>;
}
