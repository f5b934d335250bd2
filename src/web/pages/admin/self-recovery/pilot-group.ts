import { z } from 'zod';
import { addToPilot, removeFromPilot } from '../../../../flows/administration/pilot-group.ts';
import type { Organization } from '../../../../flows/ports/provider.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { onOrganization } from './organization.ts';
import { ORGANIZATION, recoveryPath } from './paths.ts';

const PER_PAGE = 50;
/** More names that were not found are counted, not listed. */
const MOST_TOLD = 5;

const form = z.union([z.object({ names: field(60_000) }), z.object({ remove: field(40) })]);

/** The pilot group of an organization: who is in it, others by name, and out again (SPEC T9). */
export const pilotGroupPage = adminPage(`${ORGANIZATION}/pilot-group`, {
  section: 'self-recovery',
  fresh: true,
  get: onOrganization((desk, organization) => show(desk, organization)),
  post: onOrganization((desk, organization) => {
    const given = desk.ctx.form(form);
    return 'names' in given ? add(desk, organization, given.names) : remove(desk, organization, given.remove);
  }),
});

async function add(desk: Desk, organization: Organization, names: string): Promise<Answer> {
  const { ctx, ports, operator } = desk;
  const { t } = ctx;
  const done = await addToPilot(ports, organization.id, names);
  if (done.outcome === 'refused') {
    if (done.reason === 'not-allowed') return refuse('not-allowed');
    const text = t(done.reason === 'too-many' ? 'self-recovery:pilot_too_many' : 'self-recovery:pilot_missing');
    return show(desk, organization, names, [{ field: 'names', text }]);
  }
  const { changed, unknown } = done;
  const told = unknown.slice(0, MOST_TOLD);
  const others = unknown.length - told.length;
  const errors = [
    ...told.map((name) => ({ field: 'names', text: t('self-recovery:pilot_unknown', { name }) })),
    ...(others > 0 ? [{ field: 'names', text: t('self-recovery:pilot_unknown_more', { count: others }) }] : []),
  ];
  const text = changed > 0 ? t('self-recovery:said_added', { count: changed }) : undefined;
  if (errors.length > 0) return show(desk, organization, unknown.join('\n'), errors, text);
  if (changed > 0) say(ctx, 'self-recovery:said_added', { count: changed }, { account: operator.account.id });
  else say(ctx, 'self-recovery:said_added_none', {}, { account: operator.account.id });
  return seeOther(recoveryPath(organization.id, '/pilot-group'));
}

async function remove({ ctx, ports, operator }: Desk, { id }: Organization, accountId: string): Promise<Answer> {
  const account = await ports.store.accounts.load(accountId);
  const done = await removeFromPilot(ports, id, accountId);
  if (done.outcome === 'refused') return refuse('not-allowed');
  if (account && done.changed > 0)
    say(ctx, 'self-recovery:said_removed', { name: account.username }, { account: operator.account.id });
  return seeOther(recoveryPath(id, '/pilot-group'));
}

/** `done`: a part of what was asked for was done. */
async function show(
  { ctx, ports }: Desk,
  { id, name }: Organization,
  names = '',
  errors: readonly PageError[] = [],
  done?: string,
): Promise<Answer> {
  const { t } = ctx;
  const here = ctx.url(recoveryPath(id, '/pilot-group'));
  const found = await ports.store.pilot.page(id, ctx.query('after'), PER_PAGE + 1);
  const people = found.slice(0, PER_PAGE);
  const last = people.at(-1);
  const locals = {
    action: here,
    names,
    rows: {
      id: 'people',
      label: t('self-recovery:pilot_members'),
      empty: t('self-recovery:pilot_none'),
      items: people.map((person) => ({
        name: person.username,
        icon: 'user',
        details: [[person.givenName, person.familyName].filter(Boolean).join(' ')].filter((line) => line !== ''),
        actions: [{ text: t('self-recovery:pilot_remove'), action: here, values: { remove: person.id } }],
      })),
    },
    pager: {
      ...(found.length > PER_PAGE &&
        last && { older: `${here}?${new URLSearchParams({ after: last.id }).toString()}` }),
      olderText: t('admin:next'),
    },
    back: ctx.url(recoveryPath(id)),
  };
  return render('admin/self-recovery/pilot-group', t('self-recovery:pilot_title', { organization: name }), locals, {
    errors,
    returnTo: recoveryPath(id, '/pilot-group'),
    ...(done !== undefined && { done }),
  });
}
