/** What is wrong with a French text by STANDARDS L-01 to L-03; empty when nothing is. */
export function frenchFaults(text: string): string[] {
  const prose = text.replaceAll(/\{\{.*?\}\}/g, '0').replaceAll(/\b[a-z]+:\/\/\S*/gi, '');
  return RULES.filter(([, broken]) => broken.test(prose)).map(([name]) => name);
}

const RULES: readonly (readonly [string, RegExp])[] = [
  ['U+202F before ; ! ?', /(?<!\u202f|[!?])[;!?]/u],
  ['U+202F inside « »', /«(?!\u202f)|(?<!\u202f)»/u],
  ['U+00A0 before a colon', /(?<!\u00a0):/u],
  ['U+00A0 before % and €', /(?<!\u00a0)[%€]/u],
  ['the apostrophe ’', /'/u],
  ['no straight quotes', /"/u],
  ['the ellipsis …', /\.\.\./u],
  ['accents on capitals', /(?:^|\s)A(?=\s)|\bE(?:tat|crire|crivez|chec|tape)/u],
  ['vouvoiement', /(?<![\p{L}-])(?:tu|te|toi|ton|ta|tes|tien(?:ne)?s?|t’\p{L}+)(?!\p{L})/iu],
];
