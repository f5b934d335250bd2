import { createHash } from 'node:crypto';
import { type Accents, accentsOf } from '../../domain/branding.ts';
import { LEAST_CONTRAST, leastContrast, type Scheme } from '../../domain/colour.ts';

const NONE = 'x';
const NAME = /^([0-9a-f]{6})-([0-9a-f]{6})-(n|ol?d?)\.[0-9a-f]{12}\.css$|^x-x-(ol?d?)\.[0-9a-f]{12}\.css$/;

/**
 * The name of an organization's stylesheet: its colours, whether there is a logo and on which plates, and the hash of what it therefore holds. So every node can
 * write it without looking anything up, an address never changes what it holds, and it tells nothing that the page does not show. Undefined: there is nothing to say.
 */
export function stylesheetName(
  accents: Accents | undefined,
  plates: readonly Scheme[] | undefined,
): string | undefined {
  if (!accents && !plates) return undefined;
  const colours = [accents?.light, accents?.dark].map((scheme) => scheme?.accent.slice(1) ?? NONE).join('-');
  const logo = plates ? `o${plates.includes('light') ? 'l' : ''}${plates.includes('dark') ? 'd' : ''}` : 'n';
  return `${colours}-${logo}.${digest(cssOf(accents, plates))}.css`;
}

/** The stylesheet of that name; undefined: none of ours is called so. */
export function stylesheetCalled(name: string): string | undefined {
  const [, light, dark, beside, alone] = NAME.exec(name) ?? [];
  const logo = beside ?? alone;
  if (logo === undefined) return undefined;
  const accents = light && dark ? accentsFrom(`#${light}`, `#${dark}`) : undefined;
  const schemes = (['light', 'dark'] as const).filter((scheme) => logo.slice(1).includes(scheme.charAt(0)));
  const plates = logo === 'n' ? undefined : schemes;
  return stylesheetName(accents, plates) === name ? cssOf(accents, plates) : undefined;
}

/** Nobody is served colours that no organization can have. */
function accentsFrom(light: string, dark: string): Accents | undefined {
  if (leastContrast(light, 'light') < LEAST_CONTRAST || leastContrast(dark, 'dark') < LEAST_CONTRAST) return undefined;
  return accentsOf(light, dark);
}

function cssOf(accents: Accents | undefined, plates: readonly Scheme[] | undefined): string {
  const root = (scheme: Scheme) =>
    accents ? `:root{--accent:${accents[scheme].accent};--accent-ink:${accents[scheme].ink}}` : '';
  const plate = (scheme: Scheme, ground: string) =>
    plates?.includes(scheme) ? `.logo{padding:6px 10px;border-radius:8px;background:${ground}}` : '';
  const image = plates ? '.logo img{display:block;max-width:100%;object-fit:contain}' : '';
  const light = root('light') + image + plate('light', '#14181f');
  const dark = root('dark') + (plate('dark', '#ffffff') || (plates?.includes('light') ? '.logo{background:none}' : ''));
  return `${light}${dark && `@media screen and (prefers-color-scheme:dark){${dark}}`}\n`;
}

const digest = (css: string): string => createHash('sha256').update(css).digest('hex').slice(0, 12);
