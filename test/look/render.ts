import { fileURLToPath } from 'node:url';
import ejs from 'ejs';

const views = fileURLToPath(new URL('../../views/', import.meta.url));

/** Words for templates under test: the key itself, with what is put into it, so that a test sees which word is asked for. */
export const keysAsWords = (key: string, values: Readonly<Record<string, unknown>> = {}): string =>
  [key, ...Object.values(values)].join(' ');

/** Renders a template below views/ ('parts/field') with the options that the server uses. Returns its HTML. */
export const render = (template: string, locals: Readonly<Record<string, unknown>>): Promise<string> =>
  ejs.renderFile(`${views}${template}.ejs`, { t: keysAsWords, ...locals }, { strict: true, localsName: 'p' });

/** What a page's frame is given at least; `more` replaces or adds. */
export const pageWith = (more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  title: 'Second factor',
  lang: 'en',
  otherLang: { code: 'fr', label: 'Français', href: '/language?to=fr' },
  errors: [],
  nonce: 'n0nce',
  brand: { name: 'Regain' },
  footer: [{ href: '/help', text: 'Help' }],
  csrf: 'csrf-token',
  version: 'v1',
  ...more,
});
