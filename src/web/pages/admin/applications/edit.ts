import { z } from 'zod';
import { kindOf, settingsOf } from '../../../../flows/administration/client-settings.ts';
import { editClient } from '../../../../flows/administration/edit-client.ts';
import type { RegisteredClient } from '../../../../flows/ports/clients.ts';
import { type Answer, type PageError, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { onApplication, refusedClient, versionIn } from './application.ts';
import { formLocals, kept, settingFields, settingsFrom, type TypedSettings, typedFrom } from './form.ts';
import { applicationPath, EDIT } from './paths.ts';
import { errorsOf, settingRows } from './words.ts';

const form = z.object({ ...settingFields, version: field(20).optional() });

/**
 * An application's settings. What was typed is never lost: neither to a wrong address, nor to somebody who was faster, whose settings are then
 * shown beside.
 */
export const editPage = adminPage(EDIT, {
  section: 'applications',
  fresh: true,
  get: onApplication((desk, client) => show(desk, client, typedFrom(settingsOf(client)), client.version)),
  post: onApplication(async (desk, client) => {
    const { ctx, ports, operator } = desk;
    const { version, ...typed } = ctx.form(form);
    const done = await editClient(ports, client.id, () => settingsFrom(typed), versionIn(version));
    if (done.outcome === 'edited') {
      const said = done.changed.length > 0 ? 'registered:said_edited' : 'registered:said_unchanged';
      say(ctx, said, { name: typed.name.trim() }, { account: operator.account.id });
      return seeOther(applicationPath(client.id));
    }
    if (done.reason === 'wrong')
      return show(desk, client, kept(typed, done.wrong), versionIn(version), errorsOf(ctx.t, done.wrong));
    if (done.reason !== 'changed-meanwhile') return refusedClient(done.reason);
    const now = (await ports.store.clients.find(client.id)) ?? client;
    return show(desk, now, typed, now.version, [{ text: ctx.t('registered:changed_meanwhile') }], now);
  }),
});

/** `meanwhile`: what somebody else has made of it, to be seen before it is overwritten. */
function show(
  { ctx }: Desk,
  client: RegisteredClient,
  typed: TypedSettings,
  version: number,
  errors: readonly PageError[] = [],
  meanwhile?: RegisteredClient,
): Answer {
  const { t } = ctx;
  const kind = kindOf(client);
  const locals = {
    ...formLocals(ctx, typed, kind),
    organizations: [],
    kinds: undefined,
    version: String(version),
    now: meanwhile && [{ key: t('admin:fact_name'), value: meanwhile.name }, ...settingRows(t, settingsOf(meanwhile))],
    action: ctx.url(applicationPath(client.id, '/edit')),
    submit: t('registered:edit_submit'),
    back: ctx.url(applicationPath(client.id)),
  };
  const title = t('registered:edit_title', { name: client.name });
  return render('admin/applications/form', title, locals, {
    errors,
    returnTo: applicationPath(client.id, '/edit'),
    ...(meanwhile && { status: 409 }),
  });
}
