import { createInstance } from 'i18next';
import { LOCALES, type Locale } from '../domain/message.ts';
import { AREAS, type TextKey, texts } from './catalogues.ts';

export type { TextKey } from './catalogues.ts';

/** What `{{name}}` in a text stands for. `count` also chooses between `…_one` and `…_other`. */
export type TextValues = Readonly<Record<string, string | number>>;

/**
 * Gives the text for `area:key` with its placeholders filled in, as plain text: whatever puts it into HTML escapes it.
 * Throws when there is no such text or a placeholder has no value: both are faults of ours.
 */
export type Translate = (key: TextKey, values?: TextValues) => string;

const instance = createInstance({
  lng: 'en',
  fallbackLng: false,
  supportedLngs: [...LOCALES],
  ns: [...AREAS],
  resources: Object.fromEntries(LOCALES.map((locale) => [locale, resources(locale)])),
  initAsync: false,
  keySeparator: false,
  nsSeparator: ':',
  interpolation: { escapeValue: false },
  missingInterpolationHandler: (text: string, match: RegExpExecArray) => {
    throw new Error(`no value for ${match[0]} in the text “${text}”`);
  },
});
await instance.init();

function resources(locale: Locale) {
  return Object.fromEntries(AREAS.map((area) => [area, withMany(texts(locale, area))]));
}

/** CLDR knows a third French number, "many", from a million on; our texts are the same there. */
function withMany(catalogue: Readonly<Record<string, string>>): Record<string, string> {
  const many = Object.entries(catalogue)
    .filter(([key]) => key.endsWith('_other'))
    .map(([key, text]) => [key.replace(/_other$/, '_many'), text] as const);
  return { ...Object.fromEntries(many), ...catalogue };
}

/** The texts in one language. */
export function translator(locale: Locale): Translate {
  return (key, values = {}) => {
    // `replace` rather than the options themselves: a value named `lng` or `defaultValue` must not steer the look-up;
    // `nest: false`: a value that contains `$t(…)` is text
    const options = {
      lng: locale,
      replace: values,
      nest: false,
      ...(typeof values['count'] === 'number' && { count: values['count'] }),
    };
    // Of the thousands of keys the library's types would compare each with each.
    const name: string = key;
    if (!instance.exists(name, options)) throw new Error(`no text ${name} in ${locale}`);
    return instance.t(name, options);
  };
}
