import type { Locale } from '../../../../domain/message.ts';

/** What letters are called over the phone: the words of ICAO, and those that French desks use. Digits are said as they are. */
const WORDS: Readonly<Record<Locale, string>> = {
  en: 'Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November Papa Quebec Romeo Sierra Tango Victor Whiskey X-ray Yankee Zulu',
  fr: 'Anatole Berthe Célestin Désiré Eugène François Gaston Henri Joseph Kléber Marcel Nicolas Pierre Quintal Raoul Suzanne Thérèse Victor William Xavier Yvonne Zoé',
};

export interface SpelledGroup {
  readonly group: string;
  /** One word or digit for each character. */
  readonly words: readonly string[];
}

/** A code in groups with how each group is read out. */
export function spelled(code: string, locale: Locale): readonly SpelledGroup[] {
  const words = new Map(WORDS[locale].split(' ').map((word) => [word.charAt(0), word]));
  return code.split('-').map((group) => ({ group, words: Array.from(group, (letter) => words.get(letter) ?? letter) }));
}
