/** The alphabet of SMS, GSM 03.38 (3GPP TS 23.038, 6.2.1): a text outside of it costs two or three times as much. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENDED = '\f^{}\\[~]|€';
const TYPOGRAPHY: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '…': '...',
  '–': '-',
  '—': '-',
  '\u00a0': ' ',
  '\u202f': ' ',
};
const LETTERS: Readonly<Record<string, string>> = { œ: 'oe', Œ: 'OE' };

const inAlphabet = (character: string): boolean => BASIC.includes(character) || EXTENDED.includes(character);

/** How many of the 160 septets of one part `text` takes; undefined when it holds a character outside the alphabet. */
export function septets(text: string): number | undefined {
  const characters = Array.from(text);
  if (!characters.every(inAlphabet)) return undefined;
  return characters.length + characters.filter((character) => EXTENDED.includes(character)).length;
}

/**
 * `text` in the alphabet of SMS: true typography becomes what a typewriter has, letters lose the accent that the alphabet
 * lacks (ê → e, ç → c), anything else becomes "?". STANDARDS D-25.
 */
export function toGsm7(text: string): string {
  return Array.from(text.normalize('NFC')).map(fold).join('');
}

function fold(character: string): string {
  if (inAlphabet(character)) return character;
  const other = TYPOGRAPHY[character] ?? LETTERS[character] ?? Array.from(character.normalize('NFD'))[0];
  return other !== undefined && Array.from(other).every(inAlphabet) ? other : '?';
}
