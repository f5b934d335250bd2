import { z } from 'zod';
import { PROPOSABLE } from './addition.ts';
import { OPERATOR_ACTS, USUAL_OPERATOR_ACTS } from './administration.ts';
import { ACR } from './assurance.ts';
import { EMERGENCY_CODE, emergencyCodeSchema } from './emergency-policy.ts';
import { PROOF_KINDS } from './proof.ts';
import { faultsOf } from './route-rules.ts';

/**
 * A recovery policy is data: which routes (sets of proofs) reach which goal, and what reaching it does. Times in seconds.
 * `decide` is the only reader of routes.
 */
const requirement = z.enum([...PROOF_KINDS, 'second-factor']);

const heldFor = z
  .int()
  .min(3_600)
  .max(365 * 86_400);

const route = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,60}$/),
  /** Asked for in this order. `second-factor` stands for any one of `secondFactor.kinds`. */
  proofs: z.array(requirement),
  /** Asked for after them: so many of these, whichever. They share a page, on which people choose. */
  anyOf: z
    .strictObject({
      count: z.int().min(1).max(3),
      of: z.array(z.enum(['totp', 'passkey', 'passkey-uv', 'sms-code'])).min(1),
    })
    .optional(),
  /** On this route a code counts only by an address or number that was verified so long ago (seconds). */
  heldFor: z.strictObject({ 'email-code': heldFor.optional(), 'sms-code': heldFor.optional() }).optional(),
  /** `unbound`: only for accounts that never held nor owe a second factor. */
  when: z.enum(['unbound', 'bound']).optional(),
});

type StoredRoute = z.infer<typeof route>;

/** Whether whoever walks the route may be asked for this. */
export function mayAskFor({ proofs, anyOf }: StoredRoute, wanted: StoredRoute['proofs'][number]): boolean {
  return proofs.includes(wanted) || (anyOf?.of.some((one) => one === wanted) ?? false);
}

/** The way back where a policy does not say which it is, such as one that was written down before there was this goal. */
export const LIFT_FREEZE: StoredRoute[] = [
  { id: 'link-password-held-factor', proofs: ['email-code', 'password', 'second-factor'], when: 'bound' },
  { id: 'link-password-sms', proofs: ['email-code', 'password', 'sms-code'], when: 'bound' },
  { id: 'link-and-password', proofs: ['email-code', 'password'], when: 'unbound' },
];

/** A policy that recovers nothing by SMS is not made to by being silent about the way back. */
function liftFreezeBeside(others: readonly StoredRoute[]): StoredRoute[] {
  const bySms = (one: StoredRoute) => mayAskFor(one, 'sms-code');
  return others.some(bySms) ? LIFT_FREEZE : LIFT_FREEZE.filter((one) => !bySms(one));
}

const demand = z.strictObject({ class: z.enum(['full', 'any']), within: z.int().min(120).max(3_600) });

/** Two factors of ten minutes ago at most (ASVS 7.5.1). */
export const FULL: z.infer<typeof demand> = { class: 'full', within: 600 };

/** What the policy may have wait after a recovery, and what waits when it is silent. */
const MAY_WAIT = ['change-username', 'close-account', 'export-data', 'add-factor', 'switch-on'] as const;
export const USUALLY_WAIT = ['change-username', 'close-account', 'export-data'] as const;

const document = z.strictObject({
  schema: z.literal(1),
  name: z.string().min(1).max(80),
  /** Off: nobody in the organization recovers by themselves. */
  selfRecovery: z.boolean(),
  /** Where it is on: for every account, or for those of the pilot group alone (SPEC T9; `policyOfAccount`). */
  selfRecoveryFor: z.enum(['everybody', 'pilot']).default('everybody'),
  secondFactor: z.strictObject({
    required: z.boolean(),
    /** What counts as a second factor at sign-in. `sms-code` is offered with its risk said (NIST 3.2.9). */
    kinds: z.array(z.enum(['totp', 'passkey', 'sms-code'])).min(1),
  }),
  /** No session below this class is enough for any application of the organization. */
  minimumAcr: z.enum(ACR),
  routes: z
    .strictObject({
      'sign-in': z.array(route).min(1),
      'reset-password': z.array(route),
      'reset-second-factor': z.array(route),
      'reset-both': z.array(route),
      'accept-invitation': z.array(route),
      /** The way back after "It wasn't me": `decide` asks of it that it stands on more than the contested acts did. */
      'lift-freeze': z.array(route).optional(),
      /** An emergency code that its owner makes (SPEC M2). */
      'emergency-code': z.array(route).default([]),
    })
    .transform(({ 'lift-freeze': stated, ...others }) => ({
      ...others,
      'lift-freeze': stated ?? liftFreezeBeside(Object.values(others).flat()),
    })),
  lifetimes: z.strictObject({
    /** An e-mailed link and the short code beside it. NIST REC-22: at most 24 hours. */
    link: z.int().min(60).max(86_400),
    /** A recovery, from the proof of the link to its end. */
    recovery: z.int().min(300).max(7_200),
    /** A code by SMS. NIST REC-21, OOB-02: at most 10 minutes. */
    smsCode: z.int().min(60).max(600),
    invitation: z
      .int()
      .min(3_600)
      .max(30 * 86_400),
    /** What a recovery set is no proof in another one for so long, unless used in a full two-factor sign-in before. */
    settling: z
      .int()
      .min(86_400)
      .max(90 * 86_400),
    /** How long removed factors stay sealed, so that an upheld contest can revive them. */
    cooling: z
      .int()
      .min(3_600)
      .max(30 * 86_400),
    /**
     * A new or changed address or number is no proof in a recovery for so long, and the old one still hears of everything (the
     * account's first ones excepted).
     */
    contactRest: z
      .int()
      .min(3_600)
      .max(90 * 86_400)
      .default(7 * 86_400),
    /** From asking to close the account until it is erased; the owner may change their mind. */
    closing: z
      .int()
      .min(86_400)
      .max(90 * 86_400)
      .default(7 * 86_400),
    /** Sessions end after this, however busy: one proof; two factors (NIST SES-06, SES-07). */
    sessionOneFactor: z
      .int()
      .min(300)
      .max(30 * 86_400),
    sessionTwoFactors: z
      .int()
      .min(300)
      .max(30 * 86_400),
    /** A session of two factors that no application asks for ends after this (NIST SES-07: an hour is advised). */
    sessionTwoFactorsIdle: z.int().min(300).max(86_400).default(86_400),
  }),
  /** SPEC S1–S15. A policy that was written down before there were restore codes offers none. */
  restoreCode: z
    .strictObject({
      offered: z.boolean(),
      /** Proposed at the n-th sign-in of an account that has none; 0: never. */
      promptAtSignIn: z.int().min(0).max(100),
      /** Its owner may see it again. Off: no sealed copy is kept. */
      shownAgain: z.boolean(),
      /** Shown to each new user at enrolment. */
      automatic: z.boolean(),
      /** What becomes of the second factors after one was lost and the code used. */
      oldDevices: z.enum(['removed', 'kept']),
      /** Ways in which an administrator may give one to its owner. */
      issueBy: z.array(z.enum(['letter', 'person', 'phone', 'email'])),
      /** Recoveries by restore code, per account. */
      usesPerYear: z.int().min(0).max(1_000),
    })
    .default({
      offered: false,
      promptAtSignIn: 4,
      shownAgain: true,
      automatic: false,
      oldDevices: 'removed',
      issueBy: [],
      usesPerYear: 12,
    }),
  /**
   * Proposed at a sign-in for an application, to whom it helps; anybody may say later. `lacking`: what the account needs for recovering by itself and
   * lacks (SPEC T9); `add`: what the lock-out report found to help most. A restore code has a proposal of its own.
   */
  onboarding: z
    .strictObject({
      lacking: z.boolean(),
      add: z.array(z.enum(PROPOSABLE)),
    })
    .default({ lacking: false, add: [] }),
  /**
   * What the account console asks for before it changes how one gets in: a session of this class, signed in so long ago at most (seconds). `full`: all
   * factors that the account is treated as having; `any`: whatever the session is. A policy that was written down before says what was the rule.
   */
  changes: z
    .strictObject({ 'step-up': demand, 'change-contact': demand, 'pair-device': demand })
    .default({ 'step-up': FULL, 'change-contact': FULL, 'pair-device': FULL }),
  /**
   * What a recovery does beyond what every recovery does (old factors out, sessions ended, everybody told): which acts wait for the end of the cooling
   * period beside those that always do. A policy that was written down before says what was the rule.
   */
  afterRecovery: z.strictObject({ waits: z.array(z.enum(MAY_WAIT)) }).default({ waits: [...USUALLY_WAIT] }),
  /** A new phone by QR code (SPEC S8): whether it is offered, and for how long one is good. BIND-05: at most 10 minutes. */
  pairing: z
    .strictObject({ offered: z.boolean(), lifetime: z.int().min(60).max(600) })
    .default({ offered: true, lifetime: 120 }),
  /** SPEC M2–M6. A policy that was written down before there were emergency codes lets an operator issue one. */
  emergencyCode: emergencyCodeSchema.default(EMERGENCY_CODE),
  /** The operators' console: what its people sign in with (those with a role in this organization), and what operators may do to its accounts. */
  administration: z
    .strictObject({
      acr: z.enum(['urn:regain:acr:2', 'phr']),
      operatorMay: z.array(z.enum(OPERATOR_ACTS)),
    })
    .default({ acr: 'urn:regain:acr:2', operatorMay: [...USUAL_OPERATOR_ACTS] }),
  /** Fewest characters (code points): where a password may stand alone, and beside a second factor (NIST PWD-01, PWD-02). */
  password: z.strictObject({ alone: z.int().min(15), besideSecondFactor: z.int().min(8) }),
});

/** Refused is also what would ask for less than it says, or for what its pages cannot take (`faultsOf`). */
export const policySchema = document.superRefine(({ routes, secondFactor }, ctx) => {
  for (const [goal, ways] of Object.entries(routes))
    for (const [at, way] of ways.entries())
      for (const { fault, values, at: key = 'proofs' } of faultsOf(goal, way, secondFactor.kinds))
        ctx.addIssue({
          code: 'custom',
          path: ['routes', goal, at, key],
          message: [fault, ...Object.values(values)].join(' '),
          params: { fault, values },
        });
});

export type Policy = z.infer<typeof policySchema>;
export type Route = StoredRoute;
export type SecondFactorKind = Policy['secondFactor']['kinds'][number];

/**
 * `sign-in` opens a session, `accept-invitation` starts an account, `emergency-code` is walked at `/emergency-access`; the others are the
 * recoveries that the e-mailed link leads to.
 */
export type Goal = keyof Policy['routes'];
export type RecoveryGoal = Exclude<Goal, 'sign-in' | 'accept-invitation' | 'emergency-code'>;
export const RECOVERY_GOALS: readonly RecoveryGoal[] = [
  'reset-password',
  'reset-second-factor',
  'reset-both',
  'lift-freeze',
];
