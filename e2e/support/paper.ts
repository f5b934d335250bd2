import { inflateSync } from 'node:zlib';
import jsqr from 'jsqr';
import type { Locator } from 'playwright';
import { PNG } from 'pngjs';

/** What a phone's camera reads. */
export async function scanned(picture: Locator): Promise<string> {
  const { data, width, height } = PNG.sync.read(await picture.screenshot());
  return jsqr.default(new Uint8ClampedArray(data), width, height)?.data ?? 'nothing';
}

/** A printed document: how many pages it has, and what is read on them, in the order in which it was drawn; spaces as they were set. */
export interface Printed {
  readonly pages: number;
  readonly text: string;
}

/**
 * Reads what Chromium's `page.pdf()` writes (Skia: PDF 1.4, every object in the open, fonts with a ToUnicode map; ISO 32000-1, 7.3, 9.10.3). No
 * reader for any other PDF.
 */
export function readPdf(bytes: Buffer): Printed {
  const objects = objectsIn(bytes);
  const pages = [...objects.values()].filter(({ head }) => /\/Type\s*\/Page\b/.test(head));
  const text = pages.map((page) => textOf(objects, page.head)).join('\n');
  return { pages: pages.length, text };
}

interface PdfObject {
  readonly head: string;
  readonly stream: string;
}
type Objects = ReadonlyMap<string, PdfObject>;

function objectsIn(bytes: Buffer): Objects {
  const all = bytes.toString('latin1');
  const found = [...all.matchAll(/(?:^|\n)(\d+) 0 obj\s([^]*?)\sendobj/g)].map(([, number = '', body = '']) => {
    const at = body.indexOf('stream\n');
    const head = at < 0 ? body : body.slice(0, at);
    const data = at < 0 ? '' : body.slice(at + 7, body.lastIndexOf('\nendstream'));
    const stream = /FlateDecode/.test(head) ? inflateSync(Buffer.from(data, 'latin1')).toString('latin1') : data;
    return [number, { head, stream: /\/Subtype\s*\/Image/.test(head) ? '' : stream }] as const;
  });
  return new Map(found);
}

/** A page, and what is drawn on it as a whole (forms). */
function textOf(objects: Objects, head: string, drawn?: string): string {
  const refer = (name: string) => new RegExp(`/${name}\\s+(\\d+) 0 R`).exec(head)?.[1] ?? '';
  const resources = objects.get(refer('Resources'))?.head ?? head;
  const fonts = new Map<string, ReadonlyMap<string, string>>();
  for (const [, name = '', number = ''] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(number)?.head ?? '')?.[1] ?? '';
    fonts.set(name, lettersOf(objects.get(map)?.stream ?? ''));
  }
  const contents = drawn ?? objects.get(refer('Contents'))?.stream ?? '';
  let font: ReadonlyMap<string, string> | undefined;
  let text = '';
  for (const [token, chosen, hex, form] of contents.matchAll(
    /\/(F\d+) [\d.-]+ Tf|<([0-9A-F]+)>|\/(X\d+) Do|\bBT\b/gi,
  )) {
    if (chosen) font = fonts.get(chosen);
    else if (hex) text += (hex.match(/.{4}/g) ?? []).map((glyph) => font?.get(glyph.toUpperCase()) ?? '').join('');
    else if (form) {
      const number = new RegExp(`/${form} (\\d+) 0 R`).exec(resources)?.[1] ?? '';
      const object = objects.get(number);
      if (object?.stream) text += textOf(objects, object.head, object.stream);
    } else if (token === 'BT') text += '\n';
  }
  return text;
}

/** What each glyph stands for: `<0012> <0041>` and `<0012> <0014> <0041>` of a ToUnicode map. */
function lettersOf(map: string): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  for (const [, block = ''] of map.matchAll(/beginbfchar([^]*?)endbfchar/g))
    for (const [, glyph = '', letter = ''] of block.matchAll(/<(\w{4})> <(\w+)>/g))
      letters.set(glyph.toUpperCase(), utf16(letter));
  for (const [, block = ''] of map.matchAll(/beginbfrange([^]*?)endbfrange/g))
    for (const [, from = '', to = '', letter = ''] of block.matchAll(/<(\w{4})> <(\w{4})> <(\w{4})>/g))
      for (let n = 0; n <= Number.parseInt(to, 16) - Number.parseInt(from, 16); n += 1)
        letters.set(
          (Number.parseInt(from, 16) + n).toString(16).padStart(4, '0').toUpperCase(),
          String.fromCodePoint(Number.parseInt(letter, 16) + n),
        );
  return letters;
}

const utf16 = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
