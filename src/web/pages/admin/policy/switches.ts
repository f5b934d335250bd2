import { z } from 'zod';
import { OPERATOR_ACTS } from '../../../../domain/administration.ts';
import { ACR, isAcr } from '../../../../domain/assurance.ts';
import { type Switches, switchesOf, withSwitches } from '../../../../domain/policy-switches.ts';
import { readPolicyText } from '../../../../domain/policy-text/read.ts';
import { isPreset, PRESETS } from '../../../../domain/presets.ts';
import { saveDraft } from '../../../../flows/administration/policy-draft.ts';
import { commentedPolicy } from '../../../../i18n/policy-words.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import { className } from '../applications/words.ts';
import type { Desk } from '../desk.ts';
import { policyPath, SWITCHES } from './paths.ts';
import { draftOf, numberIn, onOwnOrganization, type Place } from './reach.ts';
import { settingName, settingValue } from './words.ts';

const FACTORS = ['totp', 'passkey', 'sms-code'] as const;
const WAYS = ['letter', 'person', 'phone', 'email'] as const;
/** Yes or no, with the setting that names it. */
const TICKS = [
  ['selfRecovery', 'selfRecovery'],
  ['factorRequired', 'secondFactor.required'],
  ['restoreCodes', 'restoreCode.offered'],
  ['automatic', 'restoreCode.automatic'],
  ['shownAgain', 'restoreCode.shownAgain'],
  ['ownEmergencyCodes', 'emergencyCode.offered'],
  ['requests', 'emergencyCode.operator.requests'],
  ['fourEyes', 'emergencyCode.operator.fourEyes'],
  ['pairing', 'pairing.offered'],
] as const;

const ticked = field(10).optional();
const boxes = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, ticked]));
const form = z
  .object({
    saves: field(20),
    preset: field(60).optional(),
    minimumAcr: field(60).optional(),
    promptAtSignIn: field(20).optional(),
  })
  .extend(boxes(TICKS.map(([name]) => name)))
  .extend(boxes(FACTORS.map((kind) => `factor-${kind}`)))
  .extend(boxes(WAYS.map((way) => `by-${way}`)))
  .extend(boxes(OPERATOR_ACTS.map((act) => `may-${act}`)));
type Typed = Readonly<Record<string, unknown>>;

/** The common switches as forms: what they come to is the same draft as the text, written anew. */
export const switchesPage = adminPage(SWITCHES, {
  section: 'policy',
  get: onOwnOrganization(async (desk, place) => {
    const { policy, saves } = await underWork(desk, place);
    if (!policy) return seeOther(policyPath(place.organization.id, '/draft'));
    return show(desk, place, switchesOf(policy), saves);
  }),
  post: onOwnOrganization(async (desk, place) => {
    const { ctx, ports, operator } = desk;
    const { saves, preset, ...typed } = ctx.form(form);
    const { id } = place.organization;
    const { policy, saves: now } = await underWork(desk, place);
    if (!policy) return seeOther(policyPath(id, '/draft'));
    if (preset !== undefined && !isPreset(preset))
      return show(desk, place, switchesOf(policy), now, [{ field: 'preset', text: ctx.t('policy:preset_missing') }]);
    const switches = switchesFrom(typed, switchesOf(policy));
    if (preset === undefined && switches.factors.length === 0)
      return show(desk, place, switches, now, [{ field: 'factors', text: ctx.t('policy:factors_missing') }]);
    const next = preset === undefined ? withSwitches(policy, switches) : PRESETS[preset];
    const done = await saveDraft(ports, id, { text: commentedPolicy(ctx.locale, next), seen: numberIn(saves) });
    if (done.outcome === 'saved') {
      say(ctx, 'policy:said_saved', {}, { account: operator.account.id });
      return seeOther(policyPath(id, '/draft'));
    }
    if (done.reason !== 'changed-meanwhile') return refuse('not-allowed');
    return show(desk, place, switches, now, [{ text: ctx.t('policy:draft_changed-meanwhile') }], 409);
  }),
});

/** The policy that is under work: the admin's draft, else the one in force. Without a policy: the draft cannot be read. */
async function underWork(desk: Desk, place: Place) {
  const draft = await draftOf(desk, place);
  if (!draft) return { policy: place.policy, saves: 0 };
  const read = readPolicyText(draft.text);
  return { policy: 'policy' in read ? read.policy : undefined, saves: draft.saves };
}

function switchesFrom(typed: Typed, before: Switches): Switches {
  const on = (name: string) => typed[name] !== undefined;
  const { minimumAcr, promptAtSignIn } = typed;
  const prompt = typeof promptAtSignIn === 'string' && /^\d{1,3}$/.test(promptAtSignIn) ? Number(promptAtSignIn) : -1;
  return {
    selfRecovery: on('selfRecovery'),
    factorRequired: on('factorRequired'),
    factors: FACTORS.filter((kind) => on(`factor-${kind}`)),
    minimumAcr: typeof minimumAcr === 'string' && isAcr(minimumAcr) ? minimumAcr : before.minimumAcr,
    restoreCodes: on('restoreCodes'),
    shownAgain: on('shownAgain'),
    automatic: on('automatic'),
    promptAtSignIn: prompt >= 0 && prompt <= 100 ? prompt : before.promptAtSignIn,
    issueBy: WAYS.filter((way) => on(`by-${way}`)),
    ownEmergencyCodes: on('ownEmergencyCodes'),
    fourEyes: on('fourEyes'),
    requests: on('requests'),
    pairing: on('pairing'),
    operatorMay: OPERATOR_ACTS.filter((act) => on(`may-${act}`)),
  };
}

function show(
  { ctx }: Desk,
  { organization }: Place,
  now: Switches,
  saves: number,
  errors: readonly PageError[] = [],
  status?: number,
): Answer {
  const { t } = ctx;
  const here = policyPath(organization.id, '/draft/switches');
  const many = (path: string, prefix: string, all: readonly string[], chosen: readonly string[]) =>
    all.map((value) => ({
      name: `${prefix}-${value}`,
      value: 'on',
      text: settingValue(t, path, [value]),
      checked: chosen.includes(value),
    }));
  const tick = (name: (typeof TICKS)[number][0]) => {
    const path = TICKS.find(([one]) => one === name)?.[1] ?? name;
    return { name, value: 'on', text: settingName(t, path), checked: now[name] };
  };
  const locals = {
    lead: t('policy:switches_lead', { organization: organization.name }),
    action: ctx.url(here),
    values: { saves: String(saves) },
    presets: Object.keys(PRESETS)
      .filter(isPreset)
      .map((name) => ({
        value: name,
        text: name,
        hint: t(`policy-language:preset.${name}`),
      })),
    groups: [
      { title: t('policy:group_recovery'), ticks: [tick('selfRecovery'), tick('pairing')] },
      { title: t('policy:group_factor'), ticks: [tick('factorRequired')] },
      { title: t('policy:group_restore'), ticks: [tick('restoreCodes'), tick('automatic'), tick('shownAgain')] },
      { title: t('policy:group_emergency'), ticks: [tick('ownEmergencyCodes'), tick('requests'), tick('fourEyes')] },
    ],
    factors: many('secondFactor.kinds', 'factor', FACTORS, now.factors),
    issueBy: many('restoreCode.issueBy', 'by', WAYS, now.issueBy),
    operatorMay: many('administration.operatorMay', 'may', OPERATOR_ACTS, now.operatorMay),
    minimumAcr: {
      name: 'minimumAcr',
      label: settingName(t, 'minimumAcr'),
      value: now.minimumAcr,
      options: ACR.map((value) => ({ value, text: className(t, value) })),
    },
    prompt: {
      name: 'promptAtSignIn',
      label: settingName(t, 'restoreCode.promptAtSignIn'),
      value: String(now.promptAtSignIn),
      inputmode: 'numeric',
      autocomplete: 'off',
    },
    back: ctx.url(policyPath(organization.id, '/draft')),
  };
  return render('admin/policy/switches', t('policy:switches_title'), locals, {
    errors,
    returnTo: here,
    ...(status !== undefined && { status }),
  });
}
