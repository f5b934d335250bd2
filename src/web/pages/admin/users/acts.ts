import { endSessions } from '../../../../flows/administration/end-sessions.ts';
import { forbidRestoring } from '../../../../flows/administration/forbid-restoring.ts';
import { inviteAccount, isSetUp } from '../../../../flows/administration/invite-account.ts';
import { requireNewFactor } from '../../../../flows/administration/require-new-factor.ts';
import { type OnContested, resumeAccount } from '../../../../flows/administration/resume-account.ts';
import { revokeEmergencyCode } from '../../../../flows/administration/revoke-emergency-code.ts';
import { confirmRoles } from '../../../../flows/administration/roles.ts';
import { suspendAccount } from '../../../../flows/administration/suspend-account.ts';
import type { Account } from '../../../../flows/ports.ts';
import { isSecondFactor } from '../../../../flows/replace-credentials.ts';
import { whatHappened } from '../../not-me/words.ts';
import type { Desk } from '../desk.ts';
import type { ActName, UserAct } from './act.ts';
import { ROLE_ACTS } from './role-acts.ts';
import { waysAfterRemoval } from './routes.ts';

const isOut = ({ suspendedAt, frozenAt }: Account): boolean => suspendedAt !== null || frozenAt !== null;
const holdsFactors = (account: Account): boolean => account.credentials.some(isSecondFactor);

/** Everything that is done to an account with a word of reason and nothing more. */
export const ACTS: readonly UserAct<ActName>[] = [
  {
    name: 'suspend',
    act: 'suspend',
    offered: ({ suspendedAt }) => suspendedAt === null,
    happens: ({ ctx: { t } }) => [t('admin:suspend_1'), t('admin:suspend_2'), t('admin:told')],
    reason: true,
    danger: true,
    async perform({ ports }, { id }, { reason }) {
      const done = await suspendAccount(ports, id, { reason });
      if (done.outcome === 'refused') return done;
      return { said: 'admin:said_suspended', values: { count: done.sessionsEnded } };
    },
  },
  {
    name: 'resume',
    act: 'resume',
    offered: isOut,
    happens: async (desk, account) => [
      ...(account.frozenAt === null ? [desk.ctx.t('admin:resume_1')] : await contested(desk, account)),
      desk.ctx.t('admin:told'),
    ],
    choice: ({ ctx: { t } }, { frozenAt }) =>
      frozenAt === null
        ? undefined
        : {
            legend: 'admin:choice_legend',
            missing: 'admin:choice_missing',
            options: [
              { value: 'undo', text: t('admin:contest_undo'), hint: t('admin:contest_undo_hint') },
              { value: 'keep', text: t('admin:contest_keep'), hint: t('admin:contest_keep_hint') },
            ],
          },
    reason: true,
    danger: false,
    async perform({ ports }, { id }, { reason, choice }) {
      const done = await resumeAccount(ports, id, contestFrom(choice), { reason });
      return done.outcome === 'refused' ? done : { said: 'admin:said_resumed' };
    },
  },
  {
    name: 'end-sessions',
    act: 'end-sessions',
    offered: () => true,
    happens: async ({ ctx: { t }, ports }, { id }) => {
      const count = (await ports.store.sessions.live(id)).length;
      return [t('admin:sessions_open', { count }), t('admin:end_sessions_1'), t('admin:told')];
    },
    reason: true,
    danger: false,
    async perform({ ports }, { id }, { reason }) {
      const done = await endSessions(ports, id, { reason });
      return done.outcome === 'refused' ? done : { said: 'admin:said_sessions', values: { count: done.sessions } };
    },
  },
  {
    name: 're-register',
    act: 're-register',
    offered: holdsFactors,
    happens: (desk, account) => [
      desk.ctx.t('admin:re_register_1'),
      desk.ctx.t('admin:re_register_2'),
      ...waysAfterRemoval(desk, account),
      desk.ctx.t('admin:told'),
    ],
    reason: true,
    danger: true,
    async perform({ ports }, { id }, { reason }) {
      const done = await requireNewFactor(ports, id, { reason });
      return done.outcome === 'refused' ? done : { said: 'admin:said_re_registered', values: { count: done.removed } };
    },
  },
  {
    name: 'forbid-restoring',
    act: 'forbid-restoring',
    offered: ({ restoreForbidden }) => !restoreForbidden,
    happens: ({ ctx: { t } }) => [t('admin:forbid_1'), t('admin:forbid_2')],
    reason: true,
    danger: true,
    async perform({ ports }, { id }, { reason }) {
      const done = await forbidRestoring(ports, id, true, { reason });
      return done.outcome === 'refused' ? done : { said: 'admin:said_forbidden' };
    },
  },
  {
    name: 'allow-restoring',
    act: 'forbid-restoring',
    offered: ({ restoreForbidden }) => restoreForbidden,
    happens: ({ ctx: { t } }) => [t('admin:allow_1')],
    reason: true,
    danger: false,
    async perform({ ports }, { id }, { reason }) {
      const done = await forbidRestoring(ports, id, false, { reason });
      return done.outcome === 'refused' ? done : { said: 'admin:said_allowed' };
    },
  },
  {
    name: 'invite',
    act: 'invite',
    offered: (account) => !isSetUp(account) && account.contacts.some(({ kind }) => kind === 'email'),
    happens: ({ ctx: { t } }) => [t('admin:invite_1'), t('admin:invite_2')],
    reason: false,
    danger: false,
    async perform({ ports }, { id }) {
      const done = await inviteAccount(ports, id);
      return done.outcome === 'refused' ? done : { said: 'admin:said_invited' };
    },
  },
  {
    name: 'revoke-emergency-code',
    act: 'issue-emergency-code',
    offered: ({ emergencyCode }) => emergencyCode !== null,
    happens: ({ ctx: { t } }) => [t('admin:revoke_emergency_1'), t('admin:revoke_emergency_2'), t('admin:told')],
    reason: true,
    danger: true,
    async perform({ ports }, { id }, { reason }) {
      const done = await revokeEmergencyCode(ports, id, { reason });
      if (done.outcome === 'refused') return done;
      return { said: 'admin:said_emergency_revoked', values: { count: done.sessionsEnded } };
    },
  },
  {
    name: 'confirm-role',
    act: 'confirm-role',
    offered: ({ roles }) => roles.some(({ asleepSince }) => asleepSince !== null),
    happens: ({ ctx: { t } }) => [t('admin:confirm_1'), t('admin:confirm_2')],
    reason: true,
    danger: false,
    async perform({ ports }, { id }, { reason }) {
      const done = await confirmRoles(ports, id, { reason });
      return done.outcome === 'refused' ? done : { said: 'admin:said_confirmed' };
    },
  },
  ...ROLE_ACTS,
];

const contestFrom = (choice: string): OnContested | undefined =>
  choice === 'undo' || choice === 'keep' ? choice : undefined;

/** What "It wasn't me" was said to, so that the operator knows what they decide on. */
async function contested({ ctx: { t }, ports }: Desk, { id }: Account): Promise<readonly string[]> {
  const notices = await ports.store.notices.open(id);
  return [t('admin:resume_contested'), ...notices.map(({ kind }) => whatHappened(t, kind))];
}
