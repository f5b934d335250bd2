import { z } from 'zod';
import { LOCALES } from '../../../../domain/message.ts';
import { mayAdminister } from '../../../../domain/role.ts';
import { type AccountRefusal, createAccount } from '../../../../flows/administration/create-account.ts';
import { asTarget } from '../../../../flows/administration/on-account.ts';
import type { Organization } from '../../../../flows/ports/provider.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { LIST, NEW, userPath } from './paths.ts';

const form = z.object({
  organization: field(64).optional(),
  username: field(),
  email: field(),
  phone: field(),
  given_name: field(),
  family_name: field(),
  locale: z.enum(LOCALES),
});
type Typed = z.infer<typeof form>;

/** A new account, by invitation: its owner chooses the password and registers the second factor, nobody else (issue 5.5). */
export const createPage = adminPage(NEW, {
  section: 'users',
  fresh: true,
  get: async (desk) => show(desk, await creatable(desk)),

  async post(desk) {
    const { ctx, ports, operator } = desk;
    const organizations = await creatable(desk);
    const typed = ctx.form(form);
    const chosen = organizations.find(({ id }) => id === (typed.organization ?? organizations[0]?.id));
    if (!chosen) return refuse('not-allowed');
    const done = await createAccount(ports, requestFrom(typed, chosen.id));
    if (done.outcome === 'refused') {
      if (done.reason === 'not-allowed') return refuse('not-allowed');
      return show(desk, organizations, typed, [errorOf(desk, done.reason)]);
    }
    say(ctx, 'admin:said_created', { email: typed.email.trim() }, { account: operator.account.id });
    return seeOther(userPath(done.sub));
  },
});

/** The organizations in which this operator makes accounts. */
async function creatable(desk: Desk): Promise<readonly Organization[]> {
  const all = await desk.ports.store.organizations.all();
  const allowed = await Promise.all(all.map(({ id }) => mayCreateIn(desk, id)));
  return all.filter((_, index) => allowed[index]);
}

export async function mayCreateSomewhere(desk: Desk): Promise<boolean> {
  for (const { id } of await desk.ports.store.organizations.all()) if (await mayCreateIn(desk, id)) return true;
  return false;
}

async function mayCreateIn({ ports, operator }: Desk, organizationId: string): Promise<boolean> {
  const actor = asTarget(operator.account);
  if (mayAdminister(actor, 'see', { organizationId }, []).verdict !== 'allow') return false;
  const inForce = await ports.store.policies.inForce(organizationId);
  const letable = inForce?.policy.administration.operatorMay ?? [];
  return mayAdminister(actor, 'create', { organizationId }, letable).verdict === 'allow';
}

const optional = (text: string) => (text.trim() === '' ? undefined : text.trim());

function requestFrom(typed: Typed, organizationId: string) {
  const [phone, givenName, familyName] = [typed.phone, typed.given_name, typed.family_name].map(optional);
  return {
    organizationId,
    username: typed.username.trim(),
    email: typed.email.trim(),
    emailVerified: false,
    phoneVerified: false,
    locale: typed.locale,
    invite: true,
    ...(phone !== undefined && { phone }),
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
  };
}

const FIELDS: Partial<Record<AccountRefusal, 'username' | 'email' | 'phone' | 'given_name' | 'family_name'>> = {
  'bad-username': 'username',
  'username-is-an-email': 'username',
  'username-taken': 'username',
  'bad-email': 'email',
  'email-taken': 'email',
  'bad-phone': 'phone',
  'bad-given-name': 'given_name',
  'bad-family-name': 'family_name',
};

function errorOf({ ctx }: Desk, reason: AccountRefusal): PageError {
  const named = FIELDS[reason];
  if (named === undefined) return { text: ctx.t('admin:create_failed') };
  const taken = reason === 'username-taken' || reason === 'email-taken' || reason === 'username-is-an-email';
  return { field: named, text: ctx.t(taken ? `admin:create_${reason}` : `admin:create_bad_${named}`) };
}

function show(
  { ctx, operator }: Desk,
  organizations: readonly Organization[],
  typed?: Typed,
  errors: readonly PageError[] = [],
): Answer {
  const { t } = ctx;
  const [first] = organizations;
  if (!first) return refuse('not-allowed');
  const locals = {
    action: ctx.url(NEW),
    back: ctx.url(LIST),
    organizations: organizations.map(({ id, name }) => ({ value: id, text: name })),
    locales: LOCALES.map((value) => ({ value, text: t(`common:language_${value}`) })),
    typed: typed ?? { organization: operator.account.organizationId, locale: first.locale },
  };
  return render('admin/users/create', t('admin:create_title'), locals, { errors });
}
