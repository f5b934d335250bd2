import { z } from 'zod';
import { rotateClientSecret } from '../../../../flows/administration/rotate-client-secret.ts';
import type { RegisteredClient } from '../../../../flows/ports/clients.ts';
import { type Answer, type PageError, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { LONGEST_REASON } from '../users/act.ts';
import { onApplication, refusedClient, versionIn } from './application.ts';
import { showIssued } from './issued.ts';
import { applicationPath, SECRET } from './paths.ts';

const form = z.object({ reason: field(), version: field(20).optional() });

/** A new secret in place of the old one, which ends at once: the page says so before, and shows the new one this once. */
export const secretPage = adminPage(SECRET, {
  section: 'applications',
  fresh: true,
  get: onApplication((desk, client) => (client.secretHash ? show(desk, client) : seeOther(applicationPath(client.id)))),
  post: onApplication(async (desk, client) => {
    const { ctx, ports } = desk;
    const { t } = ctx;
    const { reason: typed, version } = ctx.form(form);
    const reason = typed.trim().slice(0, LONGEST_REASON);
    if (reason === '') return show(desk, client, [{ field: 'reason', text: t('admin:reason_missing') }]);
    const done = await rotateClientSecret(ports, client.id, { reason }, versionIn(version));
    if (done.outcome === 'rotated') return showIssued(desk, client, done.clientSecret);
    if (done.reason === 'no-secret') return seeOther(applicationPath(client.id));
    if (done.reason !== 'changed-meanwhile') return refusedClient(done.reason);
    return show(desk, client, [{ text: t('registered:rotated_meanwhile') }], typed, 409);
  }),
});

function show(
  { ctx }: Desk,
  client: RegisteredClient,
  errors: readonly PageError[] = [],
  reason = '',
  status?: number,
): Answer {
  const { t } = ctx;
  const locals = {
    happens: [t('registered:rotate_1'), t('registered:rotate_2'), t('registered:rotate_3')],
    values: { version: String(client.version) },
    action: ctx.url(applicationPath(client.id, '/secret')),
    back: ctx.url(applicationPath(client.id)),
    choice: undefined,
    reason: { value: reason, hint: t('registered:reason_hint') },
    button: { text: t('registered:act_secret_submit'), kind: 'danger' },
  };
  const title = t('registered:act_secret_title', { name: client.name });
  const returnTo = applicationPath(client.id, '/secret');
  return render('admin/users/act', title, locals, { errors, returnTo, ...(status !== undefined && { status }) });
}
