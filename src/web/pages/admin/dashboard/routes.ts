import type { Outcomes } from '../../../../domain/figures.ts';
import { readRoute } from '../../../../domain/walked-route.ts';
import { lengthOf } from './bars.ts';
import { number, type Words } from './charts.ts';

type ByRoute = Outcomes & { readonly route: string };

/** A way of recovering in words: what was to be got, and what is proven for it. */
export function routeName({ t, locale }: Words, route: string): string {
  if (route === '') return t('admin:dash_route_none');
  const way = readRoute(route);
  if (!way) return route;
  const proofs = new Intl.ListFormat(locale, { type: 'conjunction' });
  return t('admin:dash_route', {
    goal: t(`admin:goal_${way.goal}`),
    proofs: proofs.format([...new Set(way.proofs.map((proof) => t(`admin:proof_${proof}`)))]),
  });
}

/** The ways that were walked, with a bar in each row of the table: the table is the chart. */
export function routesTable(words: Words, routes: readonly ByRoute[]) {
  const { t, locale } = words;
  const most = Math.max(0, ...routes.map(({ begun }) => begun));
  return {
    columns: (['begun', 'finished', 'open', 'abandoned'] as const).map((name) => t(`admin:dash_${name}`)),
    rows: routes.map(({ route, begun, finished, abandoned, open }) => ({
      name: routeName(words, route),
      values: [begun, finished, open, abandoned].map((value) => number(locale, value)),
      bars: barsOf(
        [
          ['accent', finished],
          ['line', open],
          ['danger', abandoned],
        ],
        most,
      ),
    })),
  };
}

function barsOf(amounts: readonly (readonly [string, number])[], most: number) {
  let from = 0;
  return amounts.flatMap(([tone, amount]) => {
    const length = lengthOf(amount, most);
    const bar = { tone, x: from, length };
    from += length;
    return length > 0 ? [bar] : [];
  });
}
