import { LOCALES } from '../../../../domain/message.ts';
import { editOrganization } from '../../../../flows/administration/edit-organization.ts';
import type { RegisteredOrganization } from '../../../../flows/ports/organizations.ts';
import { type Answer, type PageError, render, seeOther } from '../../../frame/answer.ts';
import { say } from '../../account/said.ts';
import { adminPage, type PageMaker } from '../admin-page.ts';
import { versionIn } from '../applications/application.ts';
import type { Desk } from '../desk.ts';
import { fieldsOf, formOf, type Part, settingsFrom, type Typed, typedFrom } from './fields.ts';
import { isEverywhere, onOrganization, refusedOrganization } from './organization.ts';
import { ORGANIZATION, organizationPath } from './paths.ts';
import { errorsOf, settingRows } from './words.ts';

/**
 * One part of an organization's settings. What was typed is never lost: neither to a wrong value, nor to somebody who was faster, whose settings are then
 * shown beside.
 */
export function editPage(part: Part): PageMaker {
  const form = formOf(part);
  return adminPage(`${ORGANIZATION}/${part}`, {
    section: 'organizations',
    fresh: true,
    get: onOrganization((desk, organization) =>
      show(desk, part, organization, typedFrom(organization), organization.version),
    ),
    post: onOrganization(async (desk, organization) => {
      const { ctx, ports, operator } = desk;
      const typed = ctx.form(form);
      const version = versionIn(typed['version']);
      const { id, name } = organization;
      const done = await editOrganization(ports, id, (now) => settingsFrom(part, typed, now), version);
      if (done.outcome === 'edited') {
        const said = done.changed.length > 0 ? 'organizations:said_edited' : 'organizations:said_unchanged';
        say(ctx, said, { name: typed['name']?.trim() ?? name }, { account: operator.account.id });
        return seeOther(organizationPath(id));
      }
      if (done.reason === 'wrong') return show(desk, part, organization, typed, version, errorsOf(ctx, done.wrong));
      if (done.reason !== 'changed-meanwhile') return refusedOrganization(done.reason);
      const now = (await ports.store.organizations.find(id)) ?? organization;
      const error = { text: ctx.t('organizations:changed_meanwhile') };
      return show(desk, part, now, typed, now.version, [error], now);
    }),
  });
}

/** `meanwhile`: what somebody else has made of it, to be seen before it is overwritten. */
function show(
  desk: Desk,
  part: Part,
  { id, name }: RegisteredOrganization,
  typed: Typed,
  version: number,
  errors: readonly PageError[] = [],
  meanwhile?: RegisteredOrganization,
): Answer {
  const { ctx } = desk;
  const { t } = ctx;
  const path = organizationPath(id, `/${part}`);
  const locals = {
    part,
    typed,
    // From which address e-mails come is for the admins of all organizations.
    fields: fieldsOf(part).filter((own) => own !== 'sender_address' || isEverywhere(desk)),
    languages: LOCALES.map((value) => ({ value, text: t(`common:language_${value}`) })),
    version: String(version),
    now: meanwhile && settingRows(t, meanwhile),
    action: ctx.url(path),
    back: ctx.url(organizationPath(id)),
  };
  return render('admin/organizations/form', t(`organizations:${part}_title`, { name }), locals, {
    errors,
    returnTo: path,
    ...(meanwhile && { status: 409 }),
  });
}
