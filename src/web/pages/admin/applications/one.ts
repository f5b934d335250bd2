import { kindOf, settingsOf } from '../../../../flows/administration/client-settings.ts';
import type { RegisteredClient } from '../../../../flows/ports/clients.ts';
import { formatDate, formatDateTime } from '../../../../i18n/dates.ts';
import { render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { ACTS } from './act.ts';
import { onApplication } from './application.ts';
import { APPLICATION, applicationPath, LIST } from './paths.ts';
import { KINDS, settingRows, statesOf } from './words.ts';

/** One application: what has to be entered in it, what it is set to, and what the admin may do. */
export const applicationPage = adminPage(APPLICATION, {
  section: 'applications',
  get: onApplication((desk, client) => {
    const { ctx } = desk;
    const { issuer } = ctx.ports;
    const locals = {
      states: statesOf(ctx, client),
      enter: [
        { key: 'client_id', value: client.id },
        { key: 'issuer', value: issuer },
        { key: ctx.t('registered:discovery'), value: `${issuer}/.well-known/openid-configuration` },
      ],
      settings: [...factsOf(desk, client), ...settingRows(ctx.t, settingsOf(client))],
      acts: actsOn(desk, client),
      log: ctx.url('/admin/audit?kind=client.changed'),
      back: ctx.url(LIST),
    };
    return render('admin/applications/one', client.name, locals, { returnTo: applicationPath(client.id) });
  }),
});

function factsOf({ ctx: { t, locale } }: Desk, client: RegisteredClient) {
  const { suspendedAt } = client;
  return [
    { key: t('admin:fact_organization'), value: client.organizationId },
    { key: t('registered:kind'), value: t(KINDS[kindOf(client)]) },
    { key: t('registered:fact_created'), value: formatDate(locale, client.createdAt) },
    ...(suspendedAt === null
      ? []
      : [{ key: t('registered:fact_suspended'), value: formatDateTime(locale, suspendedAt) }]),
  ];
}

/** As quiet ways to pages that say what will happen. */
function actsOn({ ctx }: Desk, client: RegisteredClient) {
  const { t } = ctx;
  const way = (name: 'edit' | 'secret', icon: string) => ({
    icon,
    text: t(`registered:act_${name}`),
    hint: t(`registered:act_${name}_hint`),
    href: ctx.url(applicationPath(client.id, `/${name}`)),
  });
  const tries = client.suspendedAt === null && settingsOf(client).grants.includes('authorization_code');
  return [
    ...(tries
      ? [
          {
            icon: 'log-in',
            text: t('registered:act_try'),
            hint: t('registered:act_try_hint'),
            href: ctx.url(`/test-sign-in/${encodeURIComponent(client.id)}`),
          },
        ]
      : []),
    way('edit', 'pencil'),
    ...(client.secretHash ? [way('secret', 'key-round')] : []),
    ...ACTS.filter(({ offered }) => offered(client)).map(({ name, icon }) => ({
      icon,
      text: t(`registered:act_${name}`),
      hint: t(`registered:act_${name}_hint`),
      href: ctx.url(applicationPath(client.id, `/${name}`)),
    })),
  ];
}
