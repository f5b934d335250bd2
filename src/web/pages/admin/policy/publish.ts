import { z } from 'zod';
import { satisfies } from '../../../../domain/assurance.ts';
import { FINDING_NAMES } from '../../../../domain/proof-of-policy/findings.ts';
import { errorsIn } from '../../../../domain/proof-of-policy/proof-of-policy.ts';
import { setPolicy } from '../../../../flows/administration/set-policy.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { LONGEST_REASON } from '../users/act.ts';
import { comparedInWords, comparedLines } from './compared.ts';
import { findingRows, verdictOf } from './findings.ts';
import { PUBLISH, policyPath } from './paths.ts';
import { chosenInWords } from './proof.ts';
import { proven } from './proven.ts';
import { type Chosen, numberIn, onChosen, type Place } from './reach.ts';

const accepts = Object.fromEntries(FINDING_NAMES.map((name) => [`accept-${name}`, field(10).optional()]));
const form = z.intersection(
  z.object({ reason: field(), since: field(20), saves: field(20).optional() }),
  z.object(accepts),
);

interface Typed {
  readonly reason: string;
  readonly accepted: readonly string[];
}

/**
 * Before a draft is put in force, or an earlier version again: how it differs, what that means, and each error to be accepted by name, with a reason.
 * Where somebody was faster, nothing is done and the difference is shown anew.
 */
export const publishPage = adminPage(PUBLISH, {
  section: 'policy',
  fresh: true,
  get: onChosen(
    (desk, place, chosen) => within(place, chosen) ?? show(desk, place, chosen, { reason: '', accepted: [] }),
  ),
  post: onChosen(async (desk, place, chosen) => {
    const { ctx, ports, operator } = desk;
    const no = within(place, chosen);
    if (no) return no;
    const { reason, since, saves, ...boxes } = ctx.form(form);
    const ticked: Readonly<Record<string, unknown>> = boxes;
    const accepted = FINDING_NAMES.filter((name) => ticked[`accept-${name}`] !== undefined);
    const typed = { reason: reason.trim().slice(0, LONGEST_REASON), accepted };
    const again = (errors: readonly PageError[], status?: number) => show(desk, place, chosen, typed, errors, status);
    if (chosen.draft && chosen.draft.saves !== numberIn(saves))
      return again([{ text: ctx.t('policy:draft_moved') }], 409);
    if (numberIn(since) !== place.version) return again([{ text: overtaken(desk, place) }], 409);
    const open = errorsIn(proven(chosen.policy).findings).filter(({ name }) => !accepted.includes(name));
    const wrong = [
      ...open.map(({ name }) => ({
        field: `accept-${name}`,
        text: ctx.t('policy:not_accepted', { finding: ctx.t(`proof:finding.${name}`) }),
      })),
      ...(typed.reason === '' ? [{ field: 'reason', text: ctx.t('admin:reason_missing') }] : []),
    ];
    if (wrong.length > 0) return again(wrong);
    const { organization, policy } = { ...place, ...chosen };
    const done = await setPolicy(
      ports,
      organization.id,
      policy,
      { findings: accepted, reason: typed.reason },
      {
        since: place.version,
        ...(chosen.draft && { draft: chosen.draft.saves }),
        ...(chosen.which === 'version' && chosen.version !== undefined && { restores: chosen.version }),
      },
    );
    if (done.outcome !== 'set') {
      if (done.outcome === 'unsafe') return refuse('fault');
      if (done.reason === 'changed-meanwhile') return again([{ text: ctx.t('policy:overtaken_now') }], 409);
      return refuse(done.reason === 'nothing-to-accept' ? 'unreadable-form' : 'not-allowed');
    }
    say(ctx, 'policy:said_published', { version: done.version }, { account: operator.account.id });
    return seeOther(policyPath(organization.id));
  }),
});

/** What is shown instead: to whoever may not, and of the policy that is in force already. */
function within({ mayChange, organization, version }: Place, chosen: Chosen): Answer | undefined {
  if (!mayChange) return refuse('not-allowed');
  return chosen.version === version ? seeOther(policyPath(organization.id)) : undefined;
}

function overtaken({ ctx }: Desk, { version }: Place): string {
  return ctx.t('policy:overtaken', { version });
}

function show(
  { ctx, operator }: Desk,
  place: Place,
  chosen: Chosen,
  typed: Typed,
  errors: readonly PageError[] = [],
  status?: number,
): Answer {
  const { t } = ctx;
  const { organization, version } = place;
  const { policy } = chosen;
  const { findings } = proven(policy);
  const here = policyPath(organization.id, `/${chosen.name}/publish`);
  const title =
    chosen.which === 'draft' ? t('policy:publish_title') : t('policy:restore_title', { version: chosen.version ?? 0 });
  const locals = {
    lead: chosenInWords(ctx, place, chosen),
    verdict: verdictOf(ctx, findings),
    happens: happens(ctx, place, chosen, operator),
    comparedTitle: t('policy:compared_version', { version }),
    compared: {
      ...comparedInWords(t, place.policy, policy),
      lines: comparedLines(ctx.locale, place.policy, policy),
    },
    findings: findingRows(ctx, findings),
    accepts: errorsIn(findings).map(({ name }) => ({
      name: `accept-${name}`,
      text: t('policy:accept', { finding: t(`proof:finding.${name}`) }),
      hint: t('proof:colon', { label: t('proof:label_mend'), text: t(`proof:mend.${name}`) }),
      checked: typed.accepted.includes(name),
    })),
    action: ctx.url(here),
    values: { since: String(version), ...(chosen.draft && { saves: String(chosen.draft.saves) }) },
    reason: typed.reason,
    submit: t(chosen.which === 'draft' ? 'policy:publish_submit' : 'policy:restore_submit'),
    back: ctx.url(policyPath(organization.id, `/${chosen.name}`)),
  };
  return render('admin/policy/publish', title, locals, {
    errors,
    returnTo: here,
    ...(status !== undefined && { status }),
  });
}

function happens(
  { t }: Desk['ctx'],
  { policy: before, organization, version }: Place,
  { policy }: Chosen,
  { account, session }: Desk['operator'],
): readonly string[] {
  const isOwn = account.organizationId === organization.id;
  return [
    t('policy:happens_now', { version }),
    ...(before.restoreCode.shownAgain && !policy.restoreCode.shownAgain ? [t('policy:happens_copies')] : []),
    ...(before.selfRecovery !== policy.selfRecovery
      ? [t(policy.selfRecovery ? 'policy:happens_on' : 'policy:happens_off')]
      : []),
    ...(isOwn && !satisfies(session.acr, policy.administration.acr) ? [t('policy:happens_to_you')] : []),
  ];
}
