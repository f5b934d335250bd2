import { z } from 'zod';
import { readPolicyText } from '../../../../domain/policy-text/read.ts';
import { discardDraft, saveDraft } from '../../../../flows/administration/policy-draft.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { commentedPolicy } from '../../../../i18n/policy-words.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { comparedInWords, comparedLines } from './compared.ts';
import { findingRows, verdictOf } from './findings.ts';
import { DRAFT, policyPath } from './paths.ts';
import { proven } from './proven.ts';
import { draftOf, numberIn, onOwnOrganization, type Place } from './reach.ts';
import { faultErrors, faultyLines } from './text.ts';

/** As much as a form takes; how long a draft may be is the flow's to say, so that nothing typed is lost to it. */
const LONGEST_FIELD = 65_536;

const form = z.object({ text: field(LONGEST_FIELD), saves: field(20), want: field(20).optional() });

/**
 * An admin's own draft as text: what is wrong with it at its lines, else how it differs from the policy in force and what that means. Saving it puts
 * nothing in force, and takes faults too.
 */
export const draftPage = adminPage(DRAFT, {
  section: 'policy',
  get: onOwnOrganization(async (desk, place) => {
    const draft = await draftOf(desk, place);
    return show(desk, place, draft?.text ?? commentedPolicy(desk.ctx.locale, place.policy), draft?.saves ?? 0);
  }),
  post: onOwnOrganization(async (desk, place) => {
    const { ctx, ports, operator } = desk;
    const { text, saves, want } = ctx.form(form);
    const { id } = place.organization;
    if (want === 'discard') {
      await discardDraft(ports, id);
      say(ctx, 'policy:said_discarded', {}, { account: operator.account.id });
      return seeOther(policyPath(id));
    }
    const done = await saveDraft(ports, id, { text: text.replaceAll('\r\n', '\n'), seen: numberIn(saves) });
    if (done.outcome === 'saved') {
      say(ctx, 'policy:said_saved', {}, { account: operator.account.id });
      return seeOther(policyPath(id, '/draft'));
    }
    if (done.reason === 'not-allowed' || done.reason === 'unknown-organization') return refuse('not-allowed');
    const error = { field: 'text', text: ctx.t(`policy:draft_${done.reason}`) };
    const now = await draftOf(desk, place);
    return show(desk, place, text, now?.saves ?? 0, error, done.reason === 'changed-meanwhile' ? 409 : 422);
  }),
});

async function show(
  desk: Desk,
  place: Place,
  text: string,
  saves: number,
  error?: PageError,
  status?: number,
): Promise<Answer> {
  const { ctx } = desk;
  const { t } = ctx;
  const { organization, policy, version } = place;
  const to = (below: string) => ctx.url(policyPath(organization.id, below));
  const read = readPolicyText(text);
  const faults = 'faults' in read ? read.faults : [];
  const isSaved = saves > 0 && !error;
  const locals = {
    lead: t('policy:draft_lead', { organization: organization.name, version }),
    meanwhile: await meanwhileOf(desk, place),
    action: to('/draft'),
    values: { saves: String(saves) },
    text,
    excerpt: faultyLines(text, faults),
    isSaved,
    switches: { icon: 'sliders-horizontal', href: to('/draft/switches') },
    ...('policy' in read && {
      verdict: verdictOf(ctx, proven(read.policy).findings),
      findings: findingRows(ctx, proven(read.policy).findings),
      compared: {
        ...comparedInWords(t, policy, read.policy),
        lines: comparedLines(ctx.locale, policy, read.policy),
      },
      acts: isSaved
        ? [
            {
              icon: 'upload',
              text: t('policy:act_publish'),
              hint: t('policy:act_publish_hint'),
              href: to('/draft/publish'),
            },
            { icon: 'compass', text: t('policy:act_try'), hint: t('policy:act_try_hint'), href: to('/draft/try') },
            { icon: 'table', text: t('policy:act_proof'), hint: t('policy:act_proof_hint'), href: to('/draft/proof') },
          ]
        : [],
    }),
    comparedTitle: t('policy:compared_version', { version }),
    back: to(''),
  };
  const errors = [...(error ? [error] : []), ...faultErrors(t, text, faults)];
  return render('admin/policy/draft', t('policy:draft_title'), locals, {
    errors,
    // A draft that is looked at again is as it was left: nobody was refused anything.
    status: status ?? 200,
    returnTo: policyPath(organization.id, '/draft'),
  });
}

/** Somebody has published since the draft was begun: who, when, why; undefined: nobody has. */
async function meanwhileOf(desk: Desk, place: Place): Promise<string | undefined> {
  const { ctx, ports } = desk;
  const draft = await draftOf(desk, place);
  if (!draft || draft.basedOn === place.version) return undefined;
  const about = await ports.store.policies.find(place.organization.id, place.version);
  return ctx.t('policy:meanwhile', {
    begun: draft.basedOn,
    version: place.version,
    by: about?.by ?? ctx.t('policy:somebody'),
    at: formatDateTime(ctx.locale, about?.at ?? ports.now()),
  });
}
