import { recoveriesByDay, recoveriesByRoute } from '../../../../domain/figures.ts';
import { type Answer, render } from '../../../frame/answer.ts';
import type { Desk } from '../desk.ts';
import { REQUESTS } from '../requests/paths.ts';
import { messagesChart, recoveriesChart, requestsChart, signInsChart } from './charts.ts';
import { offersOf } from './offers.ts';
import { askedOf, RANGES } from './query.ts';
import { routeName, routesTable } from './routes.ts';

export const DASHBOARD = '/admin';

/** "Dashboard": what happened in the operator's organizations, day by day (issue 5.10). Charts with a table beside each, which says the same. */
export async function showDashboard(desk: Desk): Promise<Answer> {
  const { ctx, ports } = desk;
  const { t } = ctx;
  const asked = await askedOf(desk);
  const { days, scope, organizations } = asked;
  const query = { scope, from: days[0] ?? 0 };
  const { figures } = ports.store;
  const [counts, open, requests] = await Promise.all([
    figures.counts(query),
    figures.openRecoveries(query, ports.now()),
    figures.requests(query, ports.now()),
  ]);
  const routes = recoveriesByRoute(counts, open);
  const route = routes.find((one) => one.route === asked.route)?.route;
  return render('admin/dashboard', t('admin:dashboard'), {
    action: ctx.url(DASHBOARD),
    ranges: {
      name: 'days',
      label: t('admin:dash_days'),
      value: String(asked.range),
      options: RANGES.map((value) => ({ value: String(value), text: t(`admin:dash_days_${value}`) })),
    },
    organizations: organizations.length > 1 && {
      name: 'organization',
      label: t('admin:dash_organization'),
      value: asked.organization ?? '',
      options: [
        { value: '', text: t('admin:dash_organization_all') },
        ...organizations.map(({ id, name }) => ({ value: id, text: name })),
      ],
    },
    routes: routes.length > 1 && {
      name: 'route',
      label: t('admin:dash_routes'),
      value: route ?? 'all',
      options: [
        { value: 'all', text: t('admin:dash_routes_all') },
        ...routes.map((one) => ({ value: one.route, text: routeName(ctx, one.route) })),
      ],
    },
    signIns: signInsChart(ctx, days, counts),
    recoveries: {
      ...recoveriesChart(ctx, days, recoveriesByDay(days, counts, open, route)),
      ...(route !== undefined && { note: t('admin:dash_only', { way: routeName(ctx, route) }) }),
    },
    byRoute: routesTable(ctx, routes),
    messages: [messagesChart(ctx, days, counts, 'email'), messagesChart(ctx, days, counts, 'sms')],
    requests: requestsChart(ctx, days, requests),
    queue: ctx.url(REQUESTS),
    offers: await offersOf(
      desk,
      asked.organization === undefined ? organizations : organizations.filter(({ id }) => id === asked.organization),
    ),
  });
}
