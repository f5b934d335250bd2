import type { Organizations } from '../../../flows/ports/provider.ts';
import { bytes } from '../../frame/answer.ts';
import { stylesheetCalled } from '../../frame/brand-stylesheet.ts';
import { BRAND } from '../../frame/organization.ts';
import { type Page, page } from '../../frame/page.ts';
import { Problem } from '../../frame/problem.ts';

const FOR_EVER = {
  'cache-control': 'public, max-age=31536000, immutable',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Logos and stylesheets of organizations. What an address holds never changes, so it may be kept for ever. A logo is a PNG of our own drawing, and is said to be
 * nothing else (`nosniff`, and a policy under which a document would load and run nothing). Which organization it belongs to is not told.
 */
export function brandPage(organizations: Organizations): Page {
  return page(`${BRAND}/:name`, {
    get: async (ctx) => {
      const { name } = ctx.params;
      const css = stylesheetCalled(name);
      if (css !== undefined) return bytes(Buffer.from(css), { ...FOR_EVER, 'content-type': 'text/css; charset=utf-8' });
      const hash = /^([0-9a-f]{32})\.png$/.exec(name)?.[1];
      const png = hash === undefined ? undefined : await organizations.logo(hash);
      if (!png) throw new Problem('not-found');
      return bytes(png, {
        ...FOR_EVER,
        'content-type': 'image/png',
        'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      });
    },
  });
}
