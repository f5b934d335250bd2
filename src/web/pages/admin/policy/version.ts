import { commentedPolicy } from '../../../../i18n/policy-words.ts';
import { refuse, render, seeOther } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { comparedInWords, comparedLines } from './compared.ts';
import { findingRows, verdictOf } from './findings.ts';
import { publishedLines } from './in-force.ts';
import { policyPath, VERSION } from './paths.ts';
import { proven } from './proven.ts';
import { onChosen } from './reach.ts';

/** An earlier version: what it said, how it differs from the one in force, and the way back to it. */
export const versionPage = adminPage(VERSION, {
  section: 'policy',
  get: onChosen(async (desk, place, { version, policy, name }) => {
    const { ctx, ports } = desk;
    const { t } = ctx;
    const { organization } = place;
    if (version === undefined) return refuse('not-found');
    if (version === place.version) return seeOther(policyPath(organization.id));
    const about = await ports.store.policies.find(organization.id, version);
    if (!about) return refuse('not-found');
    const accepted = await ports.store.policies.accepted(organization.id, version);
    const { findings } = proven(policy);
    const to = (below: string) => ctx.url(policyPath(organization.id, `/${name}${below}`));
    return render(
      'admin/policy/version',
      t('policy:version_title', { version }),
      {
        lead: t('policy:version_lead', { organization: organization.name, name: policy.name }),
        published: publishedLines(ctx, about),
        verdict: verdictOf(ctx, findings),
        findings: findingRows(ctx, findings, accepted),
        comparedTitle: t('policy:compared_version', { version: place.version }),
        compared: {
          ...comparedInWords(t, place.policy, policy),
          lines: comparedLines(ctx.locale, place.policy, policy),
        },
        text: commentedPolicy(ctx.locale, policy),
        acts: [
          ...(place.mayChange
            ? [
                {
                  icon: 'rotate-ccw',
                  text: t('policy:act_restore'),
                  hint: t('policy:act_restore_hint'),
                  href: to('/publish'),
                },
              ]
            : []),
          { icon: 'compass', text: t('policy:act_try'), hint: t('policy:act_try_hint'), href: to('/try') },
          { icon: 'table', text: t('policy:act_proof'), hint: t('policy:act_proof_hint'), href: to('/proof') },
        ],
        back: ctx.url(policyPath(organization.id, '/versions')),
      },
      { returnTo: policyPath(organization.id, `/${name}`) },
    );
  }),
});
