import { z } from 'zod';
import { addApi } from '../../../../flows/administration/apis.ts';
import type { Organization } from '../../../../flows/ports/provider.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import { type Desk, mayIn } from '../desk.ts';
import { apiFields, errorsOf, formLocals, settingsFrom, typedFrom } from './form.ts';
import { LIST, NEW } from './paths.ts';

const form = z.object({ ...apiFields, identifier: field(), organization: field(64).optional() });
type Typed = z.infer<typeof form>;

const EMPTY = typedFrom({ name: '', scopes: [], applications: [], tokenFormat: 'jwt', minimumAcr: null });

export const createPage = adminPage(NEW, {
  section: 'applications',
  fresh: true,
  get: async (desk) =>
    show(desk, await organizationsOf(desk), {
      ...EMPTY,
      identifier: '',
      organization: desk.operator.account.organizationId,
    }),

  async post(desk) {
    const { ctx, ports, operator } = desk;
    const typed = ctx.form(form);
    const organizations = await organizationsOf(desk);
    const chosen = organizations.find(({ id }) => id === (typed.organization ?? organizations[0]?.id));
    if (!chosen) return refuse('not-allowed');
    const settings = settingsFrom(typed);
    const identifier = typed.identifier.trim();
    const done = await addApi(ports, { ...settings, identifier, organizationId: chosen.id });
    if (done.outcome === 'refused') {
      if (done.reason === 'wrong') return show(desk, organizations, typed, errorsOf(ctx.t, done.wrong));
      return refuse('not-allowed');
    }
    say(ctx, 'apis:said_created', { name: settings.name }, { account: operator.account.id });
    return seeOther(LIST);
  },
});

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
    typed,
    organizations: organizations.map(({ id, name }) => ({ value: id, text: `${name} (${id})` })),
    version: undefined,
    identifier: undefined,
    remove: undefined,
    action: ctx.url(NEW),
    submit: t('apis:create_submit'),
    back: ctx.url(LIST),
  };
  return render('admin/apis/form', t('apis:create'), locals, { errors, returnTo: NEW });
}
