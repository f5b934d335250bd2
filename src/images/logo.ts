import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { LOGO_BOX, platesOf } from '../domain/branding.ts';
import type { DrawnLogo, Images, LogoRefusal } from '../flows/ports/images.ts';

/** Three device pixels for each of CSS. */
const BOX = { width: LOGO_BOX.width * 3, height: LOGO_BOX.height * 3 };
/** What a file may unfold to before it is made smaller. */
const MOST_PIXELS = 16_000_000;
const LONGEST_SIDE = 8192;
const SHORTEST_SIDE = 8;
const SECONDS = 5;
/** Of 20, the most that can come is 3⁷. */
const MOST_USES = 20;
/** Of SVG: what its sides are drawn at, at most. */
const MOST_DPI = 2400;

const KINDS = {
  png: 'VipsForeignLoadPng',
  jpeg: 'VipsForeignLoadJpeg',
  webp: 'VipsForeignLoadWebp',
  svg: 'VipsForeignLoadSvg',
};
type Kind = keyof typeof KINDS;

/** Nothing else that libvips can read is ever asked to. */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(KINDS) });
sharp.cache(false);

/**
 * Logos by sharp. What is kept is pixels drawn anew into a PNG without metadata, profiles and comments: no script, link or other file of the upload lives
 * on (ASVS 5.2, 1.3.4). SVG is drawn by librsvg, which runs no scripts and loads nothing.
 */
export function createImages(): Images {
  return {
    drawLogo: (file) =>
      draw(file).catch((error: unknown) => {
        if (!(error instanceof Error)) throw error;
        return { refusal: error.message.includes('pixel limit') ? 'too-large' : 'unreadable' };
      }),
  };
}

async function draw(file: Buffer): Promise<DrawnLogo | { readonly refusal: LogoRefusal }> {
  const kind = kindOf(file);
  if (!kind) return { refusal: 'unknown-kind' };
  if (kind === 'svg' && isElaborate(file.toString('latin1'))) return { refusal: 'elaborate' };
  const { format, width, height } = await open(file).metadata();
  if (format !== kind) return { refusal: 'unreadable' };
  if (width > LONGEST_SIDE || height > LONGEST_SIDE || width * height > MOST_PIXELS) return { refusal: 'too-large' };
  if (kind !== 'svg' && (width < SHORTEST_SIDE || height < SHORTEST_SIDE)) return { refusal: 'too-small' };

  const scale = Math.min(BOX.width / width, BOX.height / height);
  const density = kind === 'svg' ? Math.min(MOST_DPI, Math.max(1, Math.ceil(72 * scale))) : undefined;
  const image = open(file, density)
    .autoOrient()
    .resize({ ...BOX, fit: 'inside', withoutEnlargement: kind !== 'svg' })
    .toColourspace('srgb')
    .ensureAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const plates = platesOf(data);
  if (!plates) return { refusal: 'too-small' };
  const raw = { width: info.width, height: info.height, channels: 4 } as const;
  const png = await sharp(data, { raw }).png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer();
  const hash = createHash('sha256').update(png).digest('hex').slice(0, 32);
  return { hash, png, width: info.width, height: info.height, plates };
}

function open(file: Buffer, density?: number): Sharp {
  const options = { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1, ...(density && { density }) } as const;
  return sharp(file, options).timeout({ seconds: SECONDS });
}

/**
 * What unfolds without end: entities, references to references, images within the image; and what is written so that it could not be looked for. A
 * logo that is drawn has none of it.
 */
function isElaborate(svg: string): boolean {
  const other = /encoding\s*=\s*["'](?!utf-8["'])/i.test(svg.slice(0, 200));
  const uses = [...svg.matchAll(/<(?:[\w-]+:)?use\b/gi)].length;
  return other || uses > MOST_USES || /<!ENTITY|<(?:[\w-]+:)?(?:image|feImage)\b/i.test(svg);
}

/** By the first bytes: neither a name nor a type that came along counts. */
function kindOf(file: Buffer): Kind | undefined {
  const start = file.subarray(0, 12).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (/^RIFF[^]{4}WEBP/.test(start)) return 'webp';
  return /^(?:\ufeff)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[^]*?-->\s*|<!DOCTYPE[^[>]*(?:\[[^]*?\]\s*)?>\s*)*<svg[\s>]/i.test(
    file.subarray(0, 4096).toString('utf8'),
  )
    ? 'svg'
    : undefined;
}
