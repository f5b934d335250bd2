import { z } from 'zod';
import { LOCALES } from '../../../../domain/message.ts';
import { PRESETS } from '../../../../domain/presets.ts';
import { createOrganization } from '../../../../flows/administration/create-organization.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { isEverywhere } from './organization.ts';
import { LIST, NEW, organizationPath } from './paths.ts';

const form = z.object({ name: field(), locale: field(10) });
type Typed = z.infer<typeof form>;

/** A new organization; only who administers all of them makes one. Nobody in it recovers by themselves until a policy is chosen (SPEC "Rules"). */
export const createPage = adminPage(NEW, {
  section: 'organizations',
  fresh: true,
  get: (desk) => (isEverywhere(desk) ? show(desk, { name: '', locale: desk.ctx.locale }) : refuse('not-allowed')),
  async post(desk) {
    const { ctx, ports, operator } = desk;
    const typed = ctx.form(form);
    const locale = LOCALES.find((one) => one === typed.locale);
    if (!isEverywhere(desk) || !locale) return refuse('not-allowed');
    const name = typed.name.trim();
    const done = await createOrganization(ports, { name, locale, policy: PRESETS.off });
    if (done.outcome === 'refused' && done.reason === 'bad-name')
      return show(desk, typed, [{ field: 'name', text: ctx.t('registered:wrong_name') }]);
    if (done.outcome === 'refused' && done.reason === 'not-allowed') return refuse('not-allowed');
    if (done.outcome !== 'created') throw new Error('the policy that lets nobody recover was not safe');
    say(ctx, 'organizations:said_created', { name }, { account: operator.account.id });
    return seeOther(organizationPath(done.id));
  },
});

function show({ ctx }: Desk, typed: Typed, errors: readonly PageError[] = []): Answer {
  const { t } = ctx;
  const languages = LOCALES.map((value) => ({ value, text: t(`common:language_${value}`) }));
  const locals = { typed, languages, action: ctx.url(NEW), back: ctx.url(LIST) };
  return render('admin/organizations/create', t('organizations:create'), locals, { errors, returnTo: NEW });
}
