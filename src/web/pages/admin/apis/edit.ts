import { z } from 'zod';
import { editApi, removeApi } from '../../../../flows/administration/apis.ts';
import type { RegisteredApi } from '../../../../flows/ports/apis.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import { versionIn } from '../applications/application.ts';
import { type Desk, mayIn } from '../desk.ts';
import { apiFields, errorsOf, formLocals, settingsFrom, type TypedApi, typedFrom } from './form.ts';
import { API, apiPath, LIST, REMOVE } from './paths.ts';

const form = z.object({ ...apiFields, version: field(20).optional() });

/** One API: what it is set to, to be set anew. Where somebody was faster nothing is lost: what was typed stays, and saving again puts it in place. */
export const editPage = adminPage(API, {
  section: 'applications',
  fresh: true,
  get: onApi((desk, api) => show(desk, api, typedFrom(api), api.version)),
  post: onApi(async (desk, api) => {
    const { ctx, ports, operator } = desk;
    const { version, ...typed } = ctx.form(form);
    const done = await editApi(ports, api.id, settingsFrom(typed), versionIn(version));
    if (done.outcome === 'edited') {
      say(ctx, 'apis:said_edited', { name: typed.name.trim() }, { account: operator.account.id });
      return seeOther(LIST);
    }
    if (done.reason === 'wrong') return show(desk, api, typed, versionIn(version), errorsOf(ctx.t, done.wrong));
    if (done.reason !== 'changed-meanwhile') return refuse(done.reason === 'unknown-api' ? 'not-found' : 'not-allowed');
    return show(desk, api, typed, api.version, [{ text: ctx.t('apis:changed_meanwhile') }], 409);
  }),
});

/** Says what ends with it, then removes it. */
export const removePage = adminPage(REMOVE, {
  section: 'applications',
  fresh: true,
  get: onApi(({ ctx }, { id, name }) => {
    const locals = { name, action: ctx.url(apiPath(id, '/remove')), back: ctx.url(apiPath(id)) };
    return render('admin/apis/remove', ctx.t('apis:remove_title', { name }), locals, {
      returnTo: apiPath(id, '/remove'),
    });
  }),
  post: onApi(async ({ ctx, ports, operator }, { id, name }) => {
    ctx.form(z.object({}));
    const done = await removeApi(ports, id);
    if (done.outcome === 'refused') return refuse(done.reason === 'unknown-api' ? 'not-found' : 'not-allowed');
    say(ctx, 'apis:said_removed', { name }, { account: operator.account.id });
    return seeOther(LIST);
  }),
});

/** One of an organization that the admin does not administer is nowhere to be found. */
function onApi(handler: (desk: Desk, api: RegisteredApi) => Answer | Promise<Answer>): (desk: Desk) => Promise<Answer> {
  return async (desk) => {
    const api = await desk.ports.store.apis.find(desk.ctx.params['api'] ?? '');
    return api && mayIn(desk, 'see-clients', api.organizationId) ? handler(desk, api) : refuse('not-found');
  };
}

function show(
  { ctx }: Desk,
  api: RegisteredApi,
  typed: TypedApi,
  version: number,
  errors: readonly PageError[] = [],
  status?: number,
): Answer {
  const { t } = ctx;
  const locals = {
    ...formLocals(ctx, typed),
    organizations: [],
    version: String(version),
    identifier: api.identifier,
    remove: ctx.url(apiPath(api.id, '/remove')),
    action: ctx.url(apiPath(api.id)),
    submit: t('apis:edit_submit'),
    back: ctx.url(LIST),
  };
  return render('admin/apis/form', api.name, locals, {
    errors,
    returnTo: apiPath(api.id),
    ...(status !== undefined && { status }),
  });
}
