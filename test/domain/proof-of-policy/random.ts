import * as fc from 'fast-check';
import { OPERATOR_ACTS } from '../../../src/domain/administration.ts';
import { type Policy, policySchema } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { type AccountKind, HOLDINGS } from '../../../src/domain/proof-of-policy/account-kind.ts';
import { THEFTS } from '../../../src/domain/proof-of-policy/thefts.ts';
import { policies } from '../random-policies.ts';

/** Routes with codes, to be put beside routes at random. */
const { routes: withRestoreCodes } = PRESETS['restore-code'];
const { routes: withEmergencyCodes } = PRESETS['emergency-code'];
const sms = { id: 'restore-code-and-sms', proofs: ['restore-code' as const, 'sms-code' as const] };

/** Any routes at all, with codes of both kinds, and operators who may issue some. */
export const withCodes: fc.Arbitrary<Policy> = fc
  .record({
    policy: policies,
    restore: fc.subarray(['reset-password', 'reset-second-factor', 'reset-both'] as const),
    bySms: fc.boolean(),
    old: fc.constantFrom('kept' as const, 'removed' as const),
    offered: fc.boolean(),
    issueBy: fc.subarray(['letter', 'email'] as const),
    emergency: fc.subarray([...withEmergencyCodes['emergency-code']]),
    uses: fc.constantFrom(1, 3),
    acr: fc.constantFrom('urn:regain:acr:1' as const, 'urn:regain:acr:2' as const),
    fourEyes: fc.boolean(),
    operatorMay: fc.subarray([...OPERATOR_ACTS]),
  })
  .map(({ policy, restore, bySms, old, offered, issueBy, emergency, uses, acr, fourEyes, operatorMay }) => {
    const routes = { ...policy.routes, 'emergency-code': emergency };
    for (const goal of restore)
      routes[goal] = [
        ...routes[goal],
        ...withRestoreCodes[goal].filter(({ proofs }) => proofs.includes('restore-code')),
        ...(bySms ? [sms] : []),
      ];
    routes['sign-in'] = [...routes['sign-in'], ...withEmergencyCodes['sign-in'].slice(2, 3)];
    return policySchema.parse({
      ...policy,
      routes,
      restoreCode: { ...policy.restoreCode, offered, oldDevices: old, issueBy },
      emergencyCode: {
        ...policy.emergencyCode,
        offered: emergency.length > 0,
        uses,
        acr,
        operator: { ...policy.emergencyCode.operator, acr, fourEyes },
      },
      administration: { ...policy.administration, operatorMay },
    });
  });

/** Kinds of account with up to two of a thing. */
export const kinds: fc.Arbitrary<AccountKind> = fc
  .record({
    some: fc.subarray([...HOLDINGS], { maxLength: 8 }),
    twice: fc.subarray(['email', 'phone', 'security-key', 'computer-passkey'] as const),
    bound: fc.boolean(),
  })
  .map(({ some, twice, bound }) => {
    const possible = some.filter((one) => one !== 'mailed-restore-code' || !some.includes('restore-code'));
    const holds = possible.flatMap((one) => (twice.some((other) => other === one) ? [one, one] : [one]));
    return { holds, bound };
  });

export const theftSets = fc.subarray([...THEFTS], { minLength: 1, maxLength: 4 });
