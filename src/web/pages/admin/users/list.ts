import { maskEmail } from '../../../../domain/email-address.ts';
import { mayAdminister, scopeOf } from '../../../../domain/role.ts';
import { asTarget } from '../../../../flows/administration/on-account.ts';
import { PEOPLE_FILTERS, type PeopleFilter, type PersonFound } from '../../../../flows/ports/people.ts';
import { render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { mayCreateSomewhere } from './create.ts';
import { LIST, NEW, userPath } from './paths.ts';
import { fullName } from './user.ts';

const PER_PAGE = 25;
const RECENTLY_MS = 30 * 86_400_000;
const LONGEST = 120;

/** "Users": found by the beginning of a username, an address, a name or a number, narrowed by what matters to a help desk (issue 5.5). */
export const listPage = adminPage(LIST, {
  section: 'users',
  async get(desk) {
    const { ctx } = desk;
    const { t } = ctx;
    const typed = (ctx.query('q') ?? '').slice(0, LONGEST);
    const filter = PEOPLE_FILTERS.find((one) => one === ctx.query('show'));
    const { people, newer, older } = await pageOf(desk, typed, filter);
    const to = (key: 'before' | 'after', id: string | undefined) =>
      id === undefined ? undefined : ctx.url(`${LIST}?${query(typed, filter, key, id)}`);
    const inFull = await seesContactsOf(desk, people);
    const organizations = new Set(people.map(({ organizationId }) => organizationId));
    return render('admin/users/list', t('admin:users'), {
      typed,
      filter,
      filters: PEOPLE_FILTERS.map((value) => ({ value, text: t(`admin:filter_${value}`) })),
      create: (await mayCreateSomewhere(desk)) ? ctx.url(NEW) : undefined,
      rows: {
        id: 'users',
        label: t('admin:users'),
        empty: t(typed || filter ? 'admin:users_none' : 'admin:users_empty'),
        items: people.map((person) => ({
          name: person.username,
          icon: 'user',
          state: statesOf(desk, person),
          details: [
            fullName(person),
            person.email === null ? '' : inFull.has(person.organizationId) ? person.email : maskEmail(person.email),
            organizations.size > 1 ? t('admin:in_organization', { id: person.organizationId }) : '',
          ].filter((line) => line !== ''),
          actions: [{ text: t('admin:open'), href: ctx.url(userPath(person.id)) }],
        })),
      },
      pager: {
        newer: to('before', newer),
        older: to('after', older),
        newerText: t('admin:previous'),
        olderText: t('admin:next'),
      },
    });
  },
});

/** One more is read than is shown, to know whether another page follows. */
async function pageOf({ ctx, ports, operator }: Desk, typed: string, filter: PeopleFilter | undefined) {
  const [after, before] = [ctx.query('after'), ctx.query('before')];
  const asked = { scope: scopeOf(operator.account.roles), typed, filter, recoveredSince: ports.now() - RECENTLY_MS };
  const read = (place: { after?: string | undefined; before?: string | undefined }) =>
    ports.store.people.search({ ...asked, ...place, limit: PER_PAGE + 1 });
  if (after === undefined && before !== undefined) {
    const found = await read({ before });
    // A page before that is not full is the first one: from the beginning, then.
    if (found.length > PER_PAGE) {
      const people = found.slice(1);
      return { people, newer: people[0]?.id, older: people.at(-1)?.id };
    }
  }
  const found = await read(before === undefined ? { after } : {});
  const people = found.slice(0, PER_PAGE);
  return {
    people,
    newer: after === undefined || before !== undefined ? undefined : people[0]?.id,
    older: found.length > PER_PAGE ? people.at(-1)?.id : undefined,
  };
}

/** The organizations whose people's addresses this operator sees in full. */
async function seesContactsOf({ ports, operator }: Desk, people: readonly PersonFound[]): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const organizationId of new Set(people.map((person) => person.organizationId))) {
    const inForce = await ports.store.policies.inForce(organizationId);
    const letable = inForce?.policy.administration.operatorMay ?? [];
    const verdict = mayAdminister(asTarget(operator.account), 'see-contacts', { organizationId }, letable);
    if (verdict.verdict === 'allow') seen.add(organizationId);
  }
  return seen;
}

function statesOf({ ctx, ports }: Desk, person: PersonFound) {
  const { t } = ctx;
  const recovered = person.recoveredAt !== null && person.recoveredAt > ports.now() - RECENTLY_MS;
  return [
    ...(person.suspended ? [{ text: t('admin:state_suspended'), tone: 'alert' }] : []),
    ...(person.secondFactor ? [] : [{ text: t('admin:state_no_second_factor'), tone: 'off' }]),
    ...(recovered ? [{ text: t('admin:state_recovered') }] : []),
    ...(person.signedIn ? [] : [{ text: t('admin:state_never_signed_in'), tone: 'off' }]),
    ...(person.hasRole ? [{ text: t('admin:state_role') }] : []),
  ];
}

function query(typed: string, filter: string | undefined, key: 'before' | 'after', id: string): string {
  return new URLSearchParams({ ...(typed && { q: typed }), ...(filter && { show: filter }), [key]: id }).toString();
}
