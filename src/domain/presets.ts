import { USUAL_OPERATOR_ACTS } from './administration.ts';
import { EMERGENCY_CODE } from './emergency-policy.ts';
import { FULL, LIFT_FREEZE, type Policy, type Route, USUALLY_WAIT } from './policy.ts';

const signIn: Route[] = [
  { id: 'passkey-alone', proofs: ['passkey-uv'] },
  { id: 'password-and-second-factor', proofs: ['password', 'second-factor'], when: 'bound' },
  { id: 'password-and-emergency-code', proofs: ['password', 'emergency-code'], when: 'bound' },
  { id: 'password-alone', proofs: ['password'], when: 'unbound' },
];

const invitation: Route[] = [{ id: 'invitation-link', proofs: ['invitation'], when: 'unbound' }];

const common = {
  schema: 1,
  secondFactor: { required: true, kinds: ['totp', 'passkey'] },
  minimumAcr: 'urn:regain:acr:1',
  selfRecoveryFor: 'everybody',
  lifetimes: {
    link: 300,
    recovery: 1_800,
    smsCode: 600,
    invitation: 7 * 86_400,
    settling: 7 * 86_400,
    cooling: 86_400,
    contactRest: 7 * 86_400,
    closing: 7 * 86_400,
    sessionOneFactor: 86_400,
    sessionTwoFactors: 86_400,
    sessionTwoFactorsIdle: 86_400,
  },
  password: { alone: 15, besideSecondFactor: 8 },
  onboarding: { lacking: false, add: [] as Policy['onboarding']['add'] },
  changes: { 'step-up': FULL, 'change-contact': FULL, 'pair-device': FULL },
  afterRecovery: { waits: [...USUALLY_WAIT] } as Policy['afterRecovery'],
  pairing: { offered: true, lifetime: 120 },
  restoreCode: {
    offered: false,
    promptAtSignIn: 4,
    shownAgain: true,
    automatic: false,
    oldDevices: 'removed',
    issueBy: [] as Policy['restoreCode']['issueBy'],
    usesPerYear: 12,
  },
  emergencyCode: EMERGENCY_CODE,
  administration: { acr: 'urn:regain:acr:2', operatorMay: [...USUAL_OPERATOR_ACTS] } as Policy['administration'],
} as const satisfies Partial<Policy>;

/** The TrustID routes (SPEC T1–T11). A lost password asks for the second factor, a lost second factor for the password. */
const passwordSms: Policy = {
  ...common,
  secondFactor: { required: true, kinds: [...common.secondFactor.kinds] },
  name: 'password-sms',
  selfRecovery: true,
  routes: {
    'sign-in': signIn,
    'reset-password': [
      { id: 'link-and-second-factor', proofs: ['email-code', 'second-factor'], when: 'bound' },
      // An account that never had a second factor is a one-factor account: one issued code recovers it (NIST REC-40).
      { id: 'link-alone', proofs: ['email-code'], when: 'unbound' },
    ],
    'reset-second-factor': [{ id: 'link-password-sms', proofs: ['email-code', 'password', 'sms-code'], when: 'bound' }],
    'reset-both': [],
    'accept-invitation': invitation,
    'lift-freeze': LIFT_FREEZE,
    'emergency-code': [],
  },
};

/** A restore code that its owner keeps, beside a code that is e-mailed: two codes that came by different ways (NIST REC-41, a). */
const restoreAndLink: Route = { id: 'restore-code-and-link', proofs: ['restore-code', 'email-code'], when: 'bound' };
const restoreAndLinkForAll: Route = { id: 'restore-code-and-link', proofs: ['restore-code', 'email-code'] };
/** For a code that came by e-mail: with an authenticator that is still there (NIST REC-41, b). */
const restoreAndPassword: Route = {
  id: 'restore-code-and-password',
  proofs: ['restore-code', 'password'],
  when: 'bound',
};

/** The SecSign restore function (SPEC S1–S15) beside the routes of `password-sms`. */
const restoreCode: Policy = {
  ...passwordSms,
  name: 'restore-code',
  restoreCode: { ...common.restoreCode, offered: true, issueBy: ['letter', 'person', 'phone'] },
  routes: {
    ...passwordSms.routes,
    'reset-password': [...passwordSms.routes['reset-password'], restoreAndLink],
    'reset-second-factor': [...passwordSms.routes['reset-second-factor'], restoreAndLink, restoreAndPassword],
    'reset-both': [restoreAndLink],
  },
};

/**
 * Emergency codes that their owners make themselves (SPEC M2) beside the routes of `password-sms`: by the password and a code by SMS, or a code
 * by e-mail. Whoever has the password and the mailbox gets in for one repair, at class 1, with the owner told everywhere: it is for
 * where requirements are low, and an organization chooses it on purpose.
 */
const emergencyCode: Policy = {
  ...passwordSms,
  name: 'emergency-code',
  emergencyCode: { ...EMERGENCY_CODE, offered: true },
  routes: {
    ...passwordSms.routes,
    'emergency-code': [
      { id: 'password-and-sms', proofs: ['password', 'sms-code'], when: 'bound' },
      { id: 'password-and-email', proofs: ['password', 'email-code'], when: 'bound' },
    ],
  },
};

/** NIST SP 800-63B-4 AAL2 (STANDARDS REC-40…44): never by what comes through mailbox and SIM alone, and no one-factor accounts. */
const strict: Policy = {
  ...common,
  secondFactor: { required: true, kinds: [...common.secondFactor.kinds] },
  name: 'strict',
  minimumAcr: 'urn:regain:acr:2',
  selfRecovery: true,
  // The codes that it offers are seen once: no copy is kept (SPEC S2).
  restoreCode: { ...common.restoreCode, offered: true, shownAgain: false },
  // Two operators vouch for who asks: only so it may open what asks for two factors.
  emergencyCode: {
    ...EMERGENCY_CODE,
    operator: {
      ...EMERGENCY_CODE.operator,
      mostUses: 1,
      longestLifetime: 86_400,
      acr: 'urn:regain:acr:2',
      fourEyes: true,
    },
  },
  routes: {
    'sign-in': signIn,
    'reset-password': [{ id: 'link-and-second-factor', proofs: ['email-code', 'second-factor'] }, restoreAndLink],
    'reset-second-factor': [
      { id: 'link-password-sms', proofs: ['email-code', 'password', 'sms-code'], when: 'bound' },
      { id: 'link-password-held-factor', proofs: ['email-code', 'password', 'second-factor'], when: 'bound' },
      restoreAndLink,
    ],
    'reset-both': [],
    'accept-invitation': invitation,
    'lift-freeze': LIFT_FREEZE,
    'emergency-code': [],
  },
};

/**
 * Nobody recovers without the help desk, which checks who asks: it issues a restore code, shown to it once, which counts beside a code by e-mail and
 * is used up; or, two operators together, an emergency code. People have no codes of their own.
 */
const operatorOnly: Policy = {
  ...passwordSms,
  name: 'operator-only',
  restoreCode: { ...common.restoreCode, shownAgain: false, promptAtSignIn: 0, issueBy: ['person', 'phone', 'letter'] },
  emergencyCode: {
    ...EMERGENCY_CODE,
    operator: { ...EMERGENCY_CODE.operator, mostUses: 1, longestLifetime: 86_400, fourEyes: true },
  },
  routes: {
    ...passwordSms.routes,
    'reset-password': [restoreAndLinkForAll],
    'reset-second-factor': [restoreAndLink],
    'reset-both': [restoreAndLink],
  },
};

/** Signs in, recovers nobody: what a new organization has until somebody chooses (SPEC "Rules"). */
const off: Policy = { ...passwordSms, name: 'off', selfRecovery: false };

export const PRESETS = {
  'password-sms': passwordSms,
  'restore-code': restoreCode,
  'emergency-code': emergencyCode,
  strict,
  'operator-only': operatorOnly,
  off,
} as const satisfies Record<string, Policy>;
export type PresetName = keyof typeof PRESETS;

/** True when `name` is the name of a preset. */
export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}
