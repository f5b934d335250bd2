import { type HeldRole, scopeOf } from '../../../domain/role.ts';
import type { TextKey } from '../../../i18n/translate.ts';
import type { NavItem } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

/** The sections of the operators' console, in the order of its line of links; `role`: who has it at all. */
const SECTIONS = {
  dashboard: { path: '/admin', name: 'admin:dashboard' },
  users: { path: '/admin/users', name: 'admin:users' },
  requests: { path: '/admin/requests', name: 'admin:requests' },
  applications: { path: '/admin/applications', name: 'admin:applications', role: 'admin' },
  policy: { path: '/admin/policy', name: 'policy:title' },
  'self-recovery': { path: '/admin/self-recovery', name: 'self-recovery:title', role: 'admin' },
  'lock-out': { path: '/admin/lock-out', name: 'lock-out:title', role: 'admin' },
  log: { path: '/admin/audit', name: 'admin:log', role: 'admin' },
} as const satisfies Record<string, { path: string; name: TextKey; role?: HeldRole['role'] }>;
export type Section = keyof typeof SECTIONS;

const ORDER: readonly Section[] = [
  'dashboard',
  'users',
  'requests',
  'applications',
  'policy',
  'self-recovery',
  'lock-out',
  'log',
];

/** Whether somebody has the section anywhere. */
export function hasSection(roles: readonly HeldRole[], section: Section): boolean {
  const { role } = { role: undefined, ...SECTIONS[section] };
  const scope = scopeOf(roles, role);
  return scope === null || scope.length > 0;
}

export function navOf({ t }: Pick<PageContext, 't'>, current: Section, roles: readonly HeldRole[]): NavItem[] {
  return ORDER.filter((section) => hasSection(roles, section)).map((section) => ({
    text: t(SECTIONS[section].name),
    href: SECTIONS[section].path,
    current: section === current,
  }));
}
