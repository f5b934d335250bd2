import { dictionary as breached } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import { dictionary as french } from '@zxcvbn-ts/language-fr';

/** No policy allows fewer characters, so shorter entries would only cost memory. */
const SHORTEST = 8;
let common: Set<string> | undefined;

/**
 * Whether the whole password, in whatever case, is in the lists of breached passwords, English and French words and
 * names: some 98 000 entries of eight characters or more (ASVS 6.2.4 asks for 3000; NIST PWD-10). Never a part of it,
 * and never a variant. The set is made at the first call (0.15 s), not at the start.
 */
export function isCommonPassword(password: string): boolean {
  common ??= readLists();
  return common.has(normalize(password));
}

function readLists(): Set<string> {
  const words = [breached, english, french].flatMap((dictionary) => Object.values(dictionary).flat());
  return new Set(words.filter((word) => word.length >= SHORTEST).map(normalize));
}

function normalize(word: string): string {
  return word.normalize('NFC').toLowerCase();
}
