import { z } from 'zod';
import { atStage, type RecoveryStage } from '../../../../domain/policy-of-account.ts';
import { errorsIn, findingsOf } from '../../../../domain/proof-of-policy/proof-of-policy.ts';
import { switchRecovery } from '../../../../flows/administration/switch-recovery.ts';
import type { Organization } from '../../../../flows/ports/provider.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage, type PageMaker } from '../admin-page.ts';
import { versionIn } from '../applications/application.ts';
import type { Desk } from '../desk.ts';
import { LONGEST_REASON } from '../users/act.ts';
import { onOrganization } from './organization.ts';
import { ORGANIZATION, recoveryPath, SWITCH_AT } from './paths.ts';
import { findingRow, tickOf } from './words.ts';

const form = z.looseObject({ reason: field(), version: field(20), propose: z.literal('on').optional() });

interface Typed {
  readonly reason: string;
  readonly propose: boolean;
  readonly ticked: readonly string[];
}

/** On for the pilot group, on for everybody, off: what will happen, what has to be accepted, and why (SPEC T9). */
export function switchPage(stage: RecoveryStage): PageMaker {
  return adminPage(`${ORGANIZATION}${SWITCH_AT[stage]}`, {
    section: 'self-recovery',
    fresh: true,
    get: onOrganization((desk, organization) => show(desk, organization, stage)),
    post: onOrganization(async (desk, organization) => {
      const { ctx, ports, operator } = desk;
      const given = ctx.form(form);
      const open = await openErrors(desk, organization.id, stage);
      const typed: Typed = {
        reason: given.reason.trim().slice(0, LONGEST_REASON),
        propose: given.propose === 'on',
        ticked: open.map(({ name }) => name).filter((name) => given[tickOf(name)] === 'on'),
      };
      const done = await switchRecovery(ports, organization.id, {
        stage,
        version: versionIn(given.version),
        ...(stage !== 'off' && { propose: typed.propose }),
        acceptance: { findings: typed.ticked, reason: typed.reason },
      });
      if (done.outcome === 'amended') {
        say(ctx, `self-recovery:said_${stage}`, {}, { account: operator.account.id });
        return seeOther(recoveryPath(organization.id));
      }
      if (done.outcome === 'unsafe') return show(desk, organization, stage, typed, errorOf(desk, 'accept', typed));
      if (done.reason === 'not-allowed') return refuse('not-allowed');
      if (done.reason === 'no-organization') return refuse('not-found');
      if (done.reason === 'no-reason') return show(desk, organization, stage, typed, errorOf(desk, 'reason', typed));
      return show(desk, organization, stage, typed, [{ text: ctx.t('self-recovery:changed_meanwhile') }], 409);
    }),
  });
}

function errorOf({ ctx: { t } }: Desk, what: 'accept' | 'reason', { reason }: Typed): PageError[] {
  const missing = { field: 'reason', text: t('admin:reason_missing') };
  if (what === 'reason') return [missing];
  return [{ field: 'accept', text: t('self-recovery:accept_missing') }, ...(reason === '' ? [missing] : [])];
}

/** The errors of the proof that nobody has accepted for the version in force. */
async function openErrors({ ports }: Desk, organizationId: string, stage: RecoveryStage) {
  const inForce = await ports.store.policies.inForce(organizationId);
  if (!inForce || stage === 'off') return [];
  const accepted = await ports.store.policies.accepted(organizationId, inForce.version);
  return errorsIn(findingsOf(atStage(inForce.policy, stage))).filter(
    ({ name }) => !accepted.some(({ finding }) => finding === name),
  );
}

async function show(
  desk: Desk,
  { id }: Organization,
  stage: RecoveryStage,
  { reason, propose, ticked }: Typed = { reason: '', propose: true, ticked: [] },
  errors: readonly PageError[] = [],
  status?: number,
): Promise<Answer> {
  const { ctx, ports } = desk;
  const { t } = ctx;
  const inForce = await ports.store.policies.inForce(id);
  if (!inForce) return refuse('not-found');
  const open = await openErrors(desk, id, stage);
  const here = `${recoveryPath(id)}${SWITCH_AT[stage]}`;
  const locals = {
    happens: await happens(desk, id, stage),
    findings: { id: 'findings', empty: '', items: open.map((one) => findingRow(t, one)) },
    accept: open.map(({ name }) => ({
      name: tickOf(name),
      value: 'on',
      text: t(`proof:finding.${name}`),
      checked: ticked.includes(name),
    })),
    propose: stage === 'off' ? undefined : propose,
    reason,
    values: { version: String(inForce.version) },
    action: ctx.url(here),
    back: ctx.url(recoveryPath(id)),
    button: { text: t(`self-recovery:to_${stage}`), kind: stage === 'off' ? 'danger' : 'primary' },
  };
  return render('admin/self-recovery/switch', t(`self-recovery:to_${stage}_title`), locals, {
    errors,
    returnTo: here,
    ...(status !== undefined && { status }),
  });
}

async function happens({ ctx: { t }, ports }: Desk, id: string, stage: RecoveryStage): Promise<readonly string[]> {
  const open = await ports.store.figures.openRecoveries({ scope: [id], from: 0 }, ports.now());
  const count = open.reduce((all, one) => all + one.count, 0);
  const none = stage === 'pilot' && (await ports.store.pilot.size(id)) === 0;
  return [
    t(`self-recovery:happens_${stage}`),
    ...(none ? [t('self-recovery:happens_pilot_empty')] : []),
    ...(stage === 'everybody'
      ? []
      : [
          count === 0 ? t('self-recovery:happens_open_none') : t('self-recovery:happens_open', { count }),
          t('self-recovery:happens_codes'),
        ]),
    t('self-recovery:happens_version'),
  ];
}
