import type { Policy } from '../../../../domain/policy.ts';
import type { ExaminedKind } from '../../../../domain/proof-of-policy/examined.ts';
import type { LossSet } from '../../../../domain/proof-of-policy/lock-out.ts';
import {
  accountInWords,
  chainInWords,
  lossesInWords,
  theftsInWords,
  vetoesInWords,
} from '../../../../i18n/proof-words.ts';
import type { Translate } from '../../../../i18n/translate.ts';
import { render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { adminPage } from '../admin-page.ts';
import { findingRows, verdictOf } from './findings.ts';
import { PROOF, policyPath } from './paths.ts';
import { proven } from './proven.ts';
import { type Chosen, onChosen, type Place } from './reach.ts';

/** Losses that are listed one by one; the smallest sets below say the rest. */
const MOST_LOST = 2;

/** What is known for sure of a policy: findings, who gets back in after which losses, how far a thief comes with what (SPEC X1). */
export const proofPage = adminPage(PROOF, {
  section: 'policy',
  get: onChosen(({ ctx }, place, chosen) => {
    const { organization } = place;
    const { t } = ctx;
    const { findings, kinds } = proven(chosen.policy);
    const complete = kinds.filter((one) => one.complete);
    const asked = ctx.query('account');
    const shown = complete.find((_, index) => String(index) === asked) ?? complete[0];
    const here = policyPath(organization.id, `/${chosen.name}/proof`);
    return render(
      'admin/policy/proof',
      t('policy:proof_title'),
      {
        lead: chosenInWords(ctx, place, chosen),
        verdict: verdictOf(ctx, findings),
        findings: findingRows(ctx, findings),
        examined: t('policy:examined', { count: kinds.length }),
        action: ctx.url(here),
        accounts: complete.length > 1 && {
          name: 'account',
          label: t('policy:kind'),
          value: String(shown ? complete.indexOf(shown) : 0),
          options: complete.map(({ kind }, index) => ({ value: String(index), text: accountInWords(t, kind) })),
        },
        account: shown && accountInWords(t, shown.kind),
        losses: shown && lossesTable(t, shown),
        thefts: shown && theftsTable(t, chosen.policy, shown),
        back: ctx.url(backFrom(organization.id, chosen)),
      },
      { returnTo: here },
    );
  }),
});

/** Which policy a page is about; of a draft with the version that it is compared with. */
export function chosenInWords(
  { t }: Pick<PageContext, 't'>,
  { organization, version: inForce }: Place,
  { which, version = inForce, policy }: Chosen,
): string {
  return t(`policy:of.${which}`, { organization: organization.name, name: policy.name, version });
}

export function backFrom(organizationId: string, { which, name }: Chosen): string {
  return policyPath(organizationId, which === 'in-force' ? '' : `/${name}`);
}

function lossesTable(t: Translate, { lockOut }: ExaminedKind) {
  const sets = (some: readonly LossSet[]) => some.map((lost) => lossesInWords(t, lost)).join(' · ') || t('proof:none');
  return {
    table: {
      label: t('proof:heading_lockout'),
      columns: [t('policy:lost'), t('policy:owner')],
      empty: t('proof:none'),
      rows: lockOut.after
        .filter(({ lost }) => lost.length <= MOST_LOST)
        .map(({ lost, outcome }) => [
          lossesInWords(t, lost),
          {
            state: { text: t(`proof:back.${outcome.back}`), ...(BAD.includes(outcome.back) && { tone: 'alert' }) },
            hint: outcome.moves.length > 0 ? [chainInWords(t, outcome)] : [],
          },
        ]),
    },
    smallest: [
      t('proof:colon', { label: t('proof:needs_operator'), text: sets(lockOut.needsOperator) }),
      t('proof:colon', { label: t('proof:for_good'), text: sets(lockOut.forGood) }),
    ],
  };
}

const BAD: readonly string[] = ['with-operator', 'never'];

function theftsTable(t: Translate, policy: Policy, { kind, takeOver: { each, smallest } }: ExaminedKind) {
  return {
    table: {
      label: t('proof:heading_takeover'),
      columns: [t('policy:stolen'), t('policy:thief')],
      empty: t('proof:none'),
      rows: each.map(({ theft, reach }) => [
        t(`proof:theft.${theft}`),
        {
          state: {
            text: t(`policy:level.${reach.level}`),
            ...(reach.level === 'takes-over' && { tone: 'alert' }),
          },
          hint: reach.moves.length > 0 ? [chainInWords(t, reach)] : [],
        },
      ]),
    },
    smallestTitle: t(smallest.length > 0 ? 'proof:smallest' : 'proof:smallest_none'),
    smallest: smallest.map(({ thefts, reach }) => ({
      text: theftsInWords(t, thefts),
      hint: [chainInWords(t, reach), vetoesInWords(t, policy, kind, thefts, reach)],
    })),
  };
}
