import { bytes } from '../../frame/answer.ts';
import type { Asset, Assets } from '../../frame/assets.ts';
import { type Page, page } from '../../frame/page.ts';
import { Problem } from '../../frame/problem.ts';

/**
 * Stylesheet, scripts and marks. Under the version that pages ask for they may be kept for ever; under another one (an older page,
 * another node during an update) they are asked for anew each time.
 */
export function assetsPage(assets: Assets): Page {
  return page('/assets/:name', {
    get: (ctx) => {
      const asset = assets.find(ctx.params.name);
      if (!asset) throw new Problem('not-found');
      const current = ctx.query('v') === assets.version;
      const headers = {
        'cache-control': current ? 'public, max-age=31536000, immutable' : 'no-cache',
        etag: `"${asset.etag}"`,
        vary: 'Accept-Encoding',
      };
      if (ctx.req.headers['if-none-match']?.includes(headers.etag)) return bytes(undefined, headers, 304);
      const [encoding, body] = smallest(asset, ctx.req.headers['accept-encoding']?.toString() ?? '');
      return bytes(body, {
        ...headers,
        'content-type': asset.type,
        ...(encoding && { 'content-encoding': encoding }),
      });
    },
  });
}

function smallest(asset: Asset, accepted: string): ['br' | 'gzip' | undefined, Buffer] {
  const takes = (name: string) =>
    new RegExp(`(^|[\\s,])${name}\\s*(?!;\\s*q=0(\\.0*)?\\s*(,|$))(;|,|$)`, 'i').test(accepted);
  if (takes('br')) return ['br', asset.br];
  if (takes('gzip')) return ['gzip', asset.gzip];
  return [undefined, asset.plain];
}
