import { formatDateTime } from '../../../../i18n/dates.ts';
import { render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { findingRows, verdictOf } from './findings.ts';
import { goalsShown } from './goals.ts';
import { ORGANIZATION, POLICY, policyPath } from './paths.ts';
import { proven } from './proven.ts';
import { draftOf, onOrganization, organizationsOf, type Place } from './reach.ts';
import { settingRows } from './words.ts';

/** The policy in force: who published it when and why, what it says, and what is known for sure of it (issue 6.4). */
export const inForcePage = adminPage(ORGANIZATION, {
  section: 'policy',
  get: onOrganization(async (desk, place) => {
    const { ctx, ports } = desk;
    const { t, locale } = ctx;
    const { organization, policy, version } = place;
    const others = await organizationsOf(desk);
    const about = await ports.store.policies.find(organization.id, version);
    const accepted = await ports.store.policies.accepted(organization.id, version);
    const { findings } = proven(policy);
    return render(
      'admin/policy/in-force',
      t('policy:title'),
      {
        action: ctx.url(POLICY),
        organizations: others.length > 1 && {
          name: 'organization',
          label: t('admin:dash_organization'),
          value: organization.id,
          options: others.map(({ id, name }) => ({ value: id, text: name })),
        },
        lead: t('policy:lead', { organization: organization.name, name: policy.name, version }),
        published: about ? publishedLines({ t, locale }, about) : [],
        verdict: verdictOf(ctx, findings),
        acts: await actsOn(desk, place),
        findings: findingRows(ctx, findings, accepted),
        goals: goalsShown(t, policy),
        settings: settingRows(t, policy),
      },
      { returnTo: policyPath(organization.id) },
    );
  }),
});

/** Who put a version in force, when and why, as far as that was written down. */
export function publishedLines(
  { t, locale }: Pick<Desk['ctx'], 't' | 'locale'>,
  about: {
    readonly at: number;
    readonly by: string | null;
    readonly reason: string | null;
    readonly restores: number | null;
  },
): readonly string[] {
  const at = formatDateTime(locale, about.at);
  return [
    about.by === null ? t('policy:published_at', { at }) : t('policy:published_by', { at, by: about.by }),
    ...(about.restores === null ? [] : [t('policy:restores', { version: about.restores })]),
    ...(about.reason === null ? [] : [t('policy:because', { reason: about.reason })]),
  ];
}

/** As quiet ways. */
async function actsOn(desk: Desk, place: Place) {
  const { t } = desk.ctx;
  const to = (below: string) => desk.ctx.url(policyPath(place.organization.id, below));
  const draft = await draftOf(desk, place);
  return [
    ...(place.mayChange
      ? [
          {
            icon: 'pencil',
            text: t(draft ? 'policy:act_draft' : 'policy:act_edit'),
            hint: t(draft ? 'policy:act_draft_hint' : 'policy:act_edit_hint'),
            href: to('/draft'),
          },
        ]
      : []),
    { icon: 'compass', text: t('policy:act_try'), hint: t('policy:act_try_hint'), href: to('/in-force/try') },
    { icon: 'table', text: t('policy:act_proof'), hint: t('policy:act_proof_hint'), href: to('/in-force/proof') },
    { icon: 'list', text: t('policy:act_versions'), hint: t('policy:act_versions_hint'), href: to('/versions') },
  ];
}
