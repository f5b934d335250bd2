import { type HeldRole, scopeOf } from '../../../domain/role.ts';
import type { TextKey } from '../../../i18n/translate.ts';
import type { NavItem, PageSettings } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

/** The sections of the operators' console; `role`: who has it at all. */
const SECTIONS = {
  dashboard: { path: '/admin', name: 'admin:dashboard' },
  users: { path: '/admin/users', name: 'admin:users' },
  requests: { path: '/admin/requests', name: 'admin:requests' },
  applications: { path: '/admin/applications', name: 'admin:applications', role: 'admin' },
  policy: { path: '/admin/policy', name: 'policy:title' },
  'self-recovery': { path: '/admin/self-recovery', name: 'self-recovery:title', role: 'admin' },
  organizations: { path: '/admin/organizations', name: 'organizations:title', role: 'admin' },
  'lock-out': { path: '/admin/lock-out', name: 'lock-out:title', role: 'admin' },
  log: { path: '/admin/audit', name: 'admin:log', role: 'admin' },
} as const satisfies Record<string, { path: string; name: TextKey; role?: HeldRole['role'] }>;
export type Section = keyof typeof SECTIONS;

/** Several sections that belong together: one link of the first line, and a line of their own below it. */
interface Group {
  readonly name: TextKey;
  readonly sections: readonly Section[];
}

/** The line of links, in its order: short enough for one line of a desk in both languages. */
const ORDER: readonly (Section | Group)[] = [
  'dashboard',
  'users',
  'requests',
  { name: 'self-recovery:group', sections: ['policy', 'self-recovery', 'lock-out'] },
  { name: 'self-recovery:group_administration', sections: ['applications', 'organizations', 'log'] },
];

/** Whether somebody has the section anywhere. */
export function hasSection(roles: readonly HeldRole[], section: Section): boolean {
  const { role } = { role: undefined, ...SECTIONS[section] };
  const scope = scopeOf(roles, role);
  return scope === null || scope.length > 0;
}

/** The line of sections, and below it that of the group which the current one is in. */
export function navOf(
  { t }: Pick<PageContext, 't'>,
  current: Section,
  roles: readonly HeldRole[],
): Pick<PageSettings, 'nav' | 'within'> {
  const has = (section: Section) => hasSection(roles, section);
  const item = (section: Section): NavItem => ({
    text: t(SECTIONS[section].name),
    href: SECTIONS[section].path,
    current: section === current,
  });
  const nav = ORDER.flatMap((one): NavItem[] => {
    if (typeof one === 'string') return has(one) ? [item(one)] : [];
    const [first, ...others] = one.sections.filter(has);
    if (!first) return [];
    if (others.length === 0) return [item(first)];
    return [{ text: t(one.name), href: SECTIONS[first].path, current: one.sections.includes(current) }];
  });
  const group = ORDER.find((one) => typeof one !== 'string' && one.sections.includes(current));
  if (!group || typeof group === 'string') return { nav };
  const inside = group.sections.filter(has);
  return inside.length > 1 ? { nav, within: { name: t(group.name), items: inside.map(item) } } : { nav };
}
