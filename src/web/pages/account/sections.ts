import type { Account } from '../../../flows/ports.ts';
import type { TextKey } from '../../../i18n/translate.ts';
import type { NavItem } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

/** The sections of the account console, in the order of its line of links. */
export const SECTIONS = {
  account: '/account',
  devices: '/account/devices',
  'restore-code': '/account/restore-code',
  activity: '/account/activity',
  'if-you-lose': '/account/if-you-lose',
  applications: '/account/applications',
  data: '/account/data',
} as const;
export type Section = keyof typeof SECTIONS;

const ORDER: readonly Section[] = [
  'account',
  'devices',
  'restore-code',
  'activity',
  'if-you-lose',
  'applications',
  'data',
];

const NAMES: Readonly<Record<Section, TextKey>> = {
  account: 'account:title',
  devices: 'account:devices',
  'restore-code': 'account:restore_code',
  activity: 'account:activity',
  'if-you-lose': 'account:if_you_lose',
  applications: 'account:applications',
  data: 'account:data',
};

/** The sections, and "Sign out". `account`: whose console it is; where there are no restore codes, no link leads to them. */
export function navOf(
  ctx: Pick<PageContext, 't'>,
  current: Section,
  { policy, restoreCode }: Pick<Account, 'policy' | 'restoreCode'>,
): NavItem[] {
  const isThere = (section: Section) =>
    section !== 'restore-code' || section === current || policy.restoreCode.offered || restoreCode !== null;
  const sections = ORDER.filter(isThere).map((section) => ({
    text: ctx.t(NAMES[section]),
    href: SECTIONS[section],
    current: section === current,
  }));
  return [...sections, { text: ctx.t('account:sign_out'), href: '/session/end', apart: true }];
}

/** True for a path of the console, as it may stand in `state`: nothing else is gone to from there (ATTACKS A27). */
export function isConsolePath(path: string): boolean {
  return /^\/account(\/[A-Za-z0-9][A-Za-z0-9-]*)*$/.test(path) && path.length <= 200;
}
