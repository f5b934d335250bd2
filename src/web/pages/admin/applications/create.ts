import { z } from 'zod';
import { type ClientKind, DEFAULT_GRANTS } from '../../../../flows/administration/client-settings.ts';
import { createClient } from '../../../../flows/administration/create-client.ts';
import type { Organization } from '../../../../flows/ports/provider.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import { type Desk, mayIn } from '../desk.ts';
import { formLocals, kept, settingFields, settingsFrom, typedFrom } from './form.ts';
import { showIssued } from './issued.ts';
import { applicationPath, LIST, NEW } from './paths.ts';
import { errorsOf, KINDS } from './words.ts';

const form = z.object({ ...settingFields, organization: field(64).optional(), kind: field(20).optional() });
const KIND_ORDER: readonly ClientKind[] = ['secret', 'public', 'key'];
type Typed = z.infer<typeof form>;

const EMPTY: Typed = typedFrom({ name: '', redirectUris: [], postLogoutRedirectUris: [], grants: DEFAULT_GRANTS });

/** A new application. One with a secret is shown it in the answer to this form, and nowhere else. */
export const createPage = adminPage(NEW, {
  section: 'applications',
  fresh: true,
  get: async (desk) =>
    show(desk, await organizationsOf(desk), { ...EMPTY, organization: desk.operator.account.organizationId }),

  async post(desk) {
    const { ctx, ports, operator } = desk;
    const typed = ctx.form(form);
    const organizations = await organizationsOf(desk);
    const chosen = organizations.find(({ id }) => id === (typed.organization ?? organizations[0]?.id));
    if (!chosen) return refuse('not-allowed');
    const kind = KIND_ORDER.find((one) => one === typed.kind);
    if (!kind) return show(desk, organizations, typed, [{ field: 'kind', text: ctx.t('registered:wrong_kind') }]);
    const settings = settingsFrom(typed);
    const done = await createClient(ports, { ...settings, organizationId: chosen.id, kind });
    if (done.outcome === 'refused') {
      if (done.reason === 'wrong')
        return show(desk, organizations, kept(typed, done.wrong), errorsOf(ctx.t, done.wrong));
      return refuse('not-allowed');
    }
    const { clientId, clientSecret } = done;
    if (clientSecret !== undefined) return showIssued(desk, { id: clientId, name: settings.name }, clientSecret);
    say(ctx, 'registered:said_created', { name: settings.name }, { account: operator.account.id });
    return seeOther(applicationPath(clientId));
  },
});

/** The organizations in which this admin registers applications. */
async function organizationsOf(desk: Desk): Promise<readonly Organization[]> {
  const all = await desk.ports.store.organizations.all();
  return all.filter(({ id }) => mayIn(desk, 'change-clients', id));
}

function show(
  { ctx }: Desk,
  organizations: readonly Organization[],
  typed: Typed,
  errors: readonly PageError[] = [],
): Answer {
  const { t } = ctx;
  const locals = {
    ...formLocals(ctx, typed),
    organizations: organizations.map(({ id, name }) => ({ value: id, text: `${name} (${id})` })),
    kinds: KIND_ORDER.map((value) => ({
      value,
      text: t(KINDS[value]),
      hint: t(`registered:kind_${value}_hint`),
      checked: typed.kind === value,
    })),
    version: undefined,
    now: undefined,
    action: ctx.url(NEW),
    submit: t('registered:create_submit'),
    back: ctx.url(LIST),
  };
  return render('admin/applications/form', t('registered:create'), locals, { errors, returnTo: NEW });
}
