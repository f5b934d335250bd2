import { PROPOSABLE } from '../../../../domain/addition.ts';
import { isAcr } from '../../../../domain/assurance.ts';
import type { Goal, Policy, Route } from '../../../../domain/policy.ts';
import { type SettingValue, settingsOf } from '../../../../domain/policy-changes.ts';
import type { Translate } from '../../../../i18n/translate.ts';
import { className } from '../applications/words.ts';

const SETTINGS = [
  'selfRecovery',
  'selfRecoveryFor',
  'onboarding.lacking',
  'onboarding.add',
  'secondFactor.required',
  'secondFactor.kinds',
  'minimumAcr',
  'lifetimes.link',
  'lifetimes.recovery',
  'lifetimes.smsCode',
  'lifetimes.invitation',
  'lifetimes.settling',
  'lifetimes.cooling',
  'lifetimes.contactRest',
  'lifetimes.closing',
  'lifetimes.sessionOneFactor',
  'lifetimes.sessionTwoFactors',
  'lifetimes.sessionTwoFactorsIdle',
  'restoreCode.offered',
  'restoreCode.promptAtSignIn',
  'restoreCode.shownAgain',
  'restoreCode.automatic',
  'restoreCode.oldDevices',
  'restoreCode.issueBy',
  'restoreCode.usesPerYear',
  'changes.step-up.class',
  'changes.step-up.within',
  'changes.change-contact.class',
  'changes.change-contact.within',
  'changes.pair-device.class',
  'changes.pair-device.within',
  'afterRecovery.waits',
  'pairing.offered',
  'pairing.lifetime',
  'emergencyCode.offered',
  'emergencyCode.uses',
  'emergencyCode.lifetime',
  'emergencyCode.acr',
  'emergencyCode.operator.mostUses',
  'emergencyCode.operator.longestLifetime',
  'emergencyCode.operator.acr',
  'emergencyCode.operator.fourEyes',
  'emergencyCode.operator.requests',
  'emergencyCode.operator.checks',
  'administration.acr',
  'administration.operatorMay',
  'password.alone',
  'password.besideSecondFactor',
] as const;
const VALUES = [
  'full',
  'any',
  'change-username',
  'close-account',
  'export-data',
  'add-factor',
  'switch-on',
  'everybody',
  'pilot',
  'totp',
  'passkey',
  'sms-code',
  'removed',
  'kept',
  'letter',
  'person',
  'phone',
  'email',
  'in-person',
  'identity-document',
  'called-back',
  'see-contacts',
  'suspend',
  'resume',
  'end-sessions',
  'unpair',
  're-register',
  'forbid-restoring',
  'create',
  'invite',
  'issue-restore-code',
  'issue-emergency-code',
] as const;

const oneOf = <Name extends string>(names: readonly Name[], name: string): Name | undefined =>
  names.find((one) => one === name);

/** What a setting is called; one that has no words yet is called as it is written. */
export function settingName(t: Translate, path: string): string {
  const known = oneOf(SETTINGS, path);
  return known ? t(`policy:setting.${known}`) : path;
}

export function settingValue(t: Translate, path: string, value: SettingValue | undefined): string {
  if (value === undefined) return t('policy:not_said');
  if (typeof value === 'boolean') return t(value ? 'policy:yes' : 'policy:no');
  if (typeof value === 'number') return isTime(path) ? timeInWords(t, value) : String(value);
  if (typeof value === 'string') return path.toLowerCase().endsWith('acr') ? acrName(t, value) : word(t, value);
  const words = value.map((one) => (typeof one === 'string' ? inList(t, path, one) : JSON.stringify(one)));
  return words.join(', ') || t('proof:none');
}

function inList(t: Translate, path: string, value: string): string {
  const addition = path === 'onboarding.add' && oneOf(PROPOSABLE, value);
  return addition ? t(`lock-out:add_${addition}`) : word(t, value);
}

const acrName = (t: Translate, value: string): string => (isAcr(value) ? className(t, value) : value);

const isTime = (path: string): boolean => path.startsWith('lifetimes.') || /(lifetime|\.within)$/i.test(path);

function word(t: Translate, value: string): string {
  const known = oneOf(VALUES, value);
  return known ? t(`policy:value.${known}`) : value;
}

/** "7 days", "24 hours", "5 minutes": in the largest unit that needs no fraction. */
export function timeInWords(t: Translate, seconds: number): string {
  if (seconds % 86_400 === 0 && seconds > 86_400) return t('proof:days', { count: seconds / 86_400 });
  if (seconds % 3_600 === 0) return t('proof:hours', { count: seconds / 3_600 });
  if (seconds % 60 === 0) return t('policy:minutes', { count: seconds / 60 });
  return t('policy:seconds', { count: seconds });
}

/** Every setting that is no route, in words. */
export function settingRows(t: Translate, policy: Policy) {
  return settingsOf(policy).map(({ path, value }) => ({
    key: settingName(t, path),
    value: settingValue(t, path, value),
  }));
}

/** What a route asks for, in the order in which it asks. `short`: for a drawing, which has words beside it. */
export function proofsInWords(t: Translate, { proofs, anyOf, heldFor = {} }: Route, short = false): readonly string[] {
  const named = proofs.map((proof) => {
    if (proof === 'second-factor') return t('policy:second_factor');
    const name = t(`proof:proof.${proof}`);
    const age = proof === 'email-code' || proof === 'sms-code' ? heldFor[proof] : undefined;
    return age === undefined ? name : t('policy:held', { proof: name, time: timeInWords(t, age) });
  });
  if (!anyOf) return named;
  const { count, of } = anyOf;
  const choice = short
    ? t('policy:choice_short', { count, all: of.length })
    : t('policy:choice', { count, of: of.map((proof) => t(`proof:proof.${proof}`)).join(', ') });
  return [...named, choice];
}

/** "code by e-mail + password + code by SMS". */
export const routeInWords = (t: Translate, route: Route): string => proofsInWords(t, route).join(' + ');

/** For whom a route is. */
export function forWhom(t: Translate, { when }: Route): string {
  return t(`policy:for.${when ?? 'all'}`);
}

export const goalName = (t: Translate, goal: Goal): string => t(`policy:goal.${goal}`);
