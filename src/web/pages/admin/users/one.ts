import { maskContact } from '../../../../domain/contact.ts';
import { seeDevices } from '../../../../flows/account/see-devices.ts';
import { isUnpairable } from '../../../../flows/administration/unpair-device.ts';
import type { Account } from '../../../../flows/ports.ts';
import { formatDate, formatDateTime, whenOf } from '../../../../i18n/dates.ts';
import { render } from '../../../frame/answer.ts';
import { aboutOf, historyOf, iconOf, nameOf, noteOf, statesOf } from '../../account/devices/words.ts';
import { adminPage } from '../admin-page.ts';
import { type Desk, may } from '../desk.ts';
import { lineOf, namesIn } from '../log/words.ts';
import { hasSection } from '../sections.ts';
import { ACTS } from './acts.ts';
import { mayIssueEmergencyCode } from './emergency-code.ts';
import { LIST, USER, userPath } from './paths.ts';
import { mayIssue } from './restore-code.ts';
import { waysOf } from './routes.ts';
import { fullName, onUser } from './user.ts';

const NEWEST = 10;

/** One person: who it is, what they hold, how they could get back in, what happened lately, and what the operator may do (SPEC S7). */
export const userPage = adminPage(USER, {
  section: 'users',
  get: onUser('see', async (desk, account) => {
    const { ctx } = desk;
    const { t } = ctx;
    const seesLog = hasSection(desk.operator.account.roles, 'log');
    const locals = {
      states: statesOfAccount(desk, account),
      facts: factsOf(desk, account),
      contacts: contactsOf(desk, account),
      devices: await devicesOf(desk, account),
      ways: waysOf(desk, account),
      acts: [...(await approvalOf(desk, account)), ...actsOn(desk, account)],
      noActs: t(account.id === desk.operator.account.id ? 'admin:acts_own' : 'admin:acts_none'),
      log: await newest(desk, account),
      more: seesLog ? ctx.url(`/admin/audit?user=${encodeURIComponent(account.id)}`) : undefined,
      back: ctx.url(LIST),
    };
    return render('admin/users/one', account.username, locals, { returnTo: userPath(account.id) });
  }),
});

function statesOfAccount({ ctx: { t } }: Desk, account: Account) {
  const asleep = account.roles.some(({ asleepSince }) => asleepSince !== null);
  return [
    ...(account.suspendedAt === null ? [] : [{ text: t('admin:state_suspended'), tone: 'alert' }]),
    ...(account.frozenAt === null ? [] : [{ text: t('admin:state_frozen'), tone: 'alert' }]),
    ...(account.restoreForbidden ? [{ text: t('admin:state_restoring_forbidden'), tone: 'off' }] : []),
    ...(account.roles.length > 0 ? [{ text: t(asleep ? 'admin:state_role_asleep' : 'admin:state_role') }] : []),
  ];
}

function factsOf({ ctx }: Desk, account: Account) {
  const { t, locale } = ctx;
  const at = (time: number | null) => (time === null ? t('admin:never') : formatDateTime(locale, time));
  const roles = account.roles.map(({ role, organizationId, asleepSince }) => {
    const where =
      organizationId === null ? t('admin:role_everywhere') : t('admin:in_organization', { id: organizationId });
    return [t(`admin:role_${role}`), where, ...(asleepSince === null ? [] : [t('admin:role_asleep')])].join(' · ');
  });
  return [
    { key: t('admin:fact_name'), value: fullName(account) || t('admin:not_given') },
    { key: t('admin:fact_id'), value: account.id },
    { key: t('admin:fact_organization'), value: account.organizationId },
    { key: t('admin:fact_language'), value: t(`common:language_${account.locale}`) },
    { key: t('admin:fact_created'), value: formatDate(locale, account.createdAt) },
    { key: t('admin:fact_recovered'), value: at(account.recoveredAt) },
    ...(account.suspendedAt === null ? [] : [{ key: t('admin:fact_suspended'), value: at(account.suspendedAt) }]),
    ...emergencyFacts(ctx, account),
    ...(account.closesAt === null ? [] : [{ key: t('admin:fact_closes'), value: at(account.closesAt) }]),
    ...(roles.length > 0 ? [{ key: t('admin:fact_roles'), value: roles }] : []),
  ];
}

/** That a code is out, and for how much: never which. */
function emergencyFacts({ t, locale }: Desk['ctx'], { emergencyCode }: Account) {
  if (!emergencyCode) return [];
  const uses = t('admin:emergency_uses_left', { count: emergencyCode.usesLeft });
  const until = t('admin:emergency_until', { until: formatDateTime(locale, emergencyCode.expiresAt) });
  return [{ key: t('admin:fact_emergency'), value: [uses, until] }];
}

/** Addresses and numbers, in full for those who may see them so. */
function contactsOf(desk: Desk, account: Account) {
  const { t } = desk.ctx;
  const inFull = may(desk, 'see-contacts', account);
  return account.contacts.map((contact) => ({
    name: inFull ? contact.value : maskContact(contact),
    icon: contact.kind === 'email' ? 'mail' : 'smartphone',
    state: [
      contact.verifiedAt === null
        ? { text: t('admin:contact_unverified'), tone: 'alert' }
        : { text: t('admin:contact_verified'), tone: 'ok' },
      ...(contact.primary ? [{ text: t('admin:contact_primary') }] : []),
    ],
  }));
}

async function devicesOf(desk: Desk, account: Account) {
  const { ctx, ports } = desk;
  const { t } = ctx;
  const mayUnpair = may(desk, 'unpair', account) && account.frozenAt === null;
  const inFull = may(desk, 'see-contacts', account);
  const devices = await seeDevices(ports, ports.store, null, account);
  return devices.map((device) => ({
    name: device.what === 'phone' && !inFull ? maskContact(device.phone) : nameOf(t, device),
    icon: iconOf(device),
    state: statesOf(t, device),
    details: [
      device.what === 'phone' ? [] : (aboutOf(t, device) ?? []),
      noteOf(t, device) ?? [],
      historyOf(ctx, device),
    ].flat(),
    actions:
      mayUnpair && isUnpairable(device)
        ? [
            {
              text: t('admin:unpair'),
              href: ctx.url(userPath(account.id, `/devices/${encodeURIComponent(device.id)}`)),
            },
          ]
        : [],
  }));
}

const ICONS: Readonly<Record<string, string>> = {
  suspend: 'shield-off',
  resume: 'shield-check',
  'end-sessions': 'log-out',
  're-register': 'refresh-cw',
  'forbid-restoring': 'ban',
  'allow-restoring': 'undo-2',
  invite: 'mail',
  'revoke-emergency-code': 'life-buoy',
  'confirm-role': 'check',
  'grant-role': 'user-plus',
  'revoke-role': 'user-x',
};

/** What this operator may do to this person now, as quiet ways to pages that say what will happen. */
function actsOn(desk: Desk, account: Account) {
  const { ctx } = desk;
  const { t } = ctx;
  const acts = ACTS.filter(({ act, offered }) => may(desk, act, account) && offered(account)).map(({ name }) => ({
    icon: ICONS[name],
    text: t(`admin:act_${name}`),
    hint: t(`admin:act_${name}_hint`),
    href: ctx.url(userPath(account.id, `/${name}`)),
  }));
  const issues = [
    { offered: mayIssue(desk, account), icon: 'file-key', name: 'restore-code' },
    { offered: mayIssueEmergencyCode(desk, account), icon: 'life-buoy', name: 'emergency-code' },
  ] as const;
  const issued = issues
    .filter(({ offered }) => offered)
    .map(({ icon, name }) => ({
      icon,
      text: t(`admin:act_${name}`),
      hint: t(`admin:act_${name}_hint`),
      href: ctx.url(userPath(account.id, `/${name}`)),
    }));
  return [...issued, ...acts];
}

/** A code that waits for a second operator, to whoever may issue one. */
async function approvalOf(desk: Desk, account: Account) {
  if (!may(desk, 'issue-emergency-code', account)) return [];
  const proposal = await desk.ports.store.codeProposals.open(account.id, desk.ports.now());
  if (!proposal) return [];
  const { t } = desk.ctx;
  const own = proposal.proposedBy === desk.operator.account.id;
  return [
    {
      icon: 'users',
      text: t(own ? 'admin:act_proposal_own' : 'admin:act_proposal'),
      hint: t('admin:act_proposal_hint', { by: proposal.proposedByName }),
      href: desk.ctx.url(userPath(account.id, '/emergency-code/approve')),
    },
  ];
}

/** The newest lines about this account. Whoever may see somebody may see what happened to them; the whole log is for admins. */
async function newest(desk: Desk, account: Account) {
  const { ctx, ports } = desk;
  const lines = await ports.store.log.page({ scope: null, accountId: account.id, limit: NEWEST });
  const names = await namesIn(ctx, lines);
  return {
    label: ctx.t('admin:activity'),
    columns: [ctx.t('admin:log_what'), ctx.t('admin:log_when'), ctx.t('admin:log_who'), ctx.t('admin:log_where')],
    empty: ctx.t('admin:log_empty'),
    rows: lines.map((line) => {
      const told = lineOf(ctx.t, line, names);
      return [
        { text: told.what, hint: told.lines },
        { when: whenOf(ctx.locale, line.at, ports.now()) },
        told.who,
        { text: told.where, hint: told.device ? [told.device] : [] },
      ];
    }),
  };
}
