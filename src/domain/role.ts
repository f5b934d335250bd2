import { FRESH_SECONDS, SPARE_SECONDS } from './act.ts';
import type { AdminAct, OperatorAct } from './administration.ts';
import { type Acr, satisfies } from './assurance.ts';

/** *operator*: the help desk. *admin*: also policies, applications, organizations, roles, the audit log. */
export const ROLES = ['operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** A role that an account holds. `organizationId` null: in every organization. `asleepSince`: it lets nothing since then (milliseconds). */
export interface HeldRole {
  readonly role: Role;
  readonly organizationId: string | null;
  readonly asleepSince: number | null;
}

/** Somebody with roles. */
export interface Administrator {
  readonly accountId: string;
  readonly roles: readonly HeldRole[];
}

/** What an act is about: an account with the roles that it holds, or an organization; `organizationId` null: the whole installation. */
export interface AdminTarget {
  readonly organizationId: string | null;
  readonly account?: Administrator;
}

export type AdminRefusal =
  | 'no-role'
  | 'asleep'
  | 'elsewhere'
  | 'himself'
  | 'higher-role'
  | 'admins-only'
  | 'not-by-policy';
export type AdminVerdict = { readonly verdict: 'allow' } | { readonly verdict: 'refuse'; readonly why: AdminRefusal };

/** What no operator does, whatever the organization says. */
const ADMINS_ONLY: readonly AdminAct[] = [
  'confirm-role',
  'change-roles',
  'see-log',
  'export-log',
  'see-report',
  'see-recovery',
  'switch-recovery',
  'see-clients',
  'change-clients',
  'change-policy',
  'change-organization',
  'create-organization',
];

/**
 * Whether `actor` may do `act`: the whole table of the operators' console (SPEC M6, "Rules between organizations and people"). `operatorMay`: what the
 * organization of the target lets its operators do. Nobody acts on himself, an operator on nobody who has a role, an admin on nobody whose role
 * reaches further than his own (ATTACKS A24). A role that sleeps lets nothing, and protects as before.
 */
export function mayAdminister(
  actor: Administrator,
  act: AdminAct,
  target: AdminTarget,
  operatorMay: readonly OperatorAct[],
): AdminVerdict {
  if (actor.roles.length === 0) return refuse('no-role');
  const awake = actor.roles.filter(({ asleepSince }) => asleepSince === null);
  if (awake.length === 0) return refuse('asleep');
  const here = awake.filter((held) => covers(held, target.organizationId));
  if (here.length === 0) return refuse('elsewhere');
  const { account } = target;
  if (act === 'see' || (act === 'see-contacts' && isAdmin(here))) return ALLOW;
  if (account && act !== 'see-contacts') {
    if (account.accountId === actor.accountId) return refuse('himself');
    if (!account.roles.every((held) => here.some((own) => outranks(own, held)))) return refuse('higher-role');
  }
  if (isAdmin(here)) return ALLOW;
  if (ADMINS_ONLY.includes(act)) return refuse('admins-only');
  return operatorMay.some((may) => may === act) ? ALLOW : refuse('not-by-policy');
}

const ALLOW: AdminVerdict = { verdict: 'allow' };
const refuse = (why: AdminRefusal): AdminVerdict => ({ verdict: 'refuse', why });
const isAdmin = (held: readonly HeldRole[]): boolean => held.some(({ role }) => role === 'admin');

/** Whether a role reaches into an organization; null: into all of them. */
function covers(held: Pick<HeldRole, 'organizationId'>, organizationId: string | null): boolean {
  return held.organizationId === null || held.organizationId === organizationId;
}

/** There is nothing above an admin, so admins act on each other; operators never do. */
function outranks(own: HeldRole, held: HeldRole): boolean {
  return own.role === 'admin' && covers(own, held.organizationId);
}

/** Whether somebody with these roles may give or take one that reaches so far: an admin does, no farther than his own role reaches. */
export function mayGive(roles: readonly HeldRole[], organizationId: string | null): boolean {
  return roles.some((own) => own.role === 'admin' && own.asleepSince === null && covers(own, organizationId));
}

/**
 * For so long whoever has opened a way into an account for somebody, by a code or by removing its factors, does not vouch for its roles: one
 * person alone must not both become somebody with a role and wake it (milliseconds; ATTACKS A24).
 */
export const HELPER_RESTS_MS = 30 * 86_400_000;

/**
 * The organizations that somebody may look into: null for all of them; empty: none. `role`: only as one of these.
 */
export function scopeOf(roles: readonly HeldRole[], role?: Role): readonly string[] | null {
  const awake = roles.filter((held) => held.asleepSince === null && (role === undefined || held.role === role));
  if (awake.some(({ organizationId }) => organizationId === null)) return null;
  return [...new Set(awake.flatMap(({ organizationId }) => organizationId ?? []))];
}

/** What a sign-in for the console has to reach. */
export interface EntryDemand {
  readonly acr: Acr;
  /** Seconds since the oldest proof that counts. */
  readonly maxAge?: number;
}

/**
 * What is lacking of a session for the operators' console; undefined: it is enough. `acr` is what the policy asks for; `stage`: whether a form
 * that changes something is shown or sent in, which takes a sign-in as fresh as in the account console (ASVS 7.5.3; ATTACKS A4).
 */
export function lackingForConsole(
  acr: Acr,
  session: { readonly acr: Acr; readonly at: number },
  now: number,
  stage?: keyof typeof FRESH_SECONDS,
): EntryDemand | undefined {
  const fresh = stage === undefined || now - session.at <= FRESH_SECONDS[stage] * 1000;
  if (satisfies(session.acr, acr) && fresh) return undefined;
  return { acr, ...(stage !== undefined && { maxAge: FRESH_SECONDS.show - SPARE_SECONDS }) };
}
