import * as fc from 'fast-check';
import { countedTwice } from '../../src/domain/counted-twice.ts';
import type { Belongings } from '../../src/domain/losses.ts';
import { type Policy, policySchema, type SecondFactorKind } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { NOW } from './account.ts';
import { CLIMBABLE, DAY, KEEPING, owner, POSSESSIONS, resting } from './belongings.ts';

const SECOND_FACTORS: SecondFactorKind[] = ['totp', 'passkey', 'sms-code'];

/** Policies and owners at random, for properties. */
const requirements = fc.constantFrom<Policy['routes']['sign-in'][number]['proofs'][number]>(
  'password',
  'totp',
  'passkey',
  'passkey-uv',
  'sms-code',
  'email-code',
  'second-factor',
);

const anyOf = fc
  .record({
    count: fc.constantFrom(1, 2),
    of: fc.subarray(['totp', 'passkey', 'passkey-uv', 'sms-code'] as const, { minLength: 1 }),
  })
  .filter(({ count, of }) => count <= of.length);

const route = fc
  .record(
    {
      id: fc.stringMatching(/^[a-z]{3,8}$/),
      proofs: fc.uniqueArray(requirements, { minLength: 1, maxLength: 3 }),
      when: fc.constantFrom('bound' as const, 'unbound' as const),
      anyOf,
    },
    { requiredKeys: ['id', 'proofs'] },
  )
  .filter((drawn) => !countedTwice([...drawn.proofs, ...(drawn.anyOf?.of ?? [])], SECOND_FACTORS));
const routes = fc.array(route, { maxLength: 3 });

/** The same, where some codes count only by what was verified some days ago: for recoveries. */
const agedRoutes = fc.array(
  fc.record({ drawn: route, days: fc.constantFrom(0, 0, 2, 9) }).map(({ drawn, days }) => {
    const kind = (['email-code', 'sms-code'] as const).find((one) => drawn.proofs.includes(one));
    return kind && days > 0 ? { ...drawn, heldFor: { [kind]: (days * DAY) / 1000 } } : drawn;
  }),
  { maxLength: 3 },
);

/** Any routes at all, sensible or not. */
export const policies: fc.Arbitrary<Policy> = fc
  .record({
    signIn: routes,
    password: agedRoutes,
    factor: agedRoutes,
    both: agedRoutes,
    required: fc.boolean(),
    kinds: fc.subarray(SECOND_FACTORS, { minLength: 1 }),
    minimumAcr: fc.constantFrom('urn:regain:acr:1' as const, 'urn:regain:acr:2' as const),
    contactClass: fc.constantFrom('full' as const, 'full' as const, 'any' as const),
    within: fc.constantFrom(120, 600, 3_600),
    waits: fc.subarray(['change-username', 'close-account', 'export-data', 'add-factor', 'switch-on'] as const),
  })
  .map(({ signIn, password, factor, both, required, kinds, minimumAcr, contactClass, within, waits }) =>
    policySchema.parse({
      ...PRESETS['password-sms'],
      afterRecovery: { waits },
      changes: { ...PRESETS['password-sms'].changes, 'change-contact': { class: contactClass, within } },
      secondFactor: { required, kinds },
      minimumAcr,
      routes: {
        ...PRESETS['password-sms'].routes,
        // Half of them sign in as the presets do: else hardly anybody would ever get in.
        'sign-in': signIn.length > 1 ? signIn : PRESETS['password-sms'].routes['sign-in'],
        'reset-password': password,
        'reset-second-factor': factor,
        'reset-both': both,
      },
    }),
  );

/**
 * The same, content with any session. Where a class is demanded, all proofs at once may reach it by a way that nobody is offered: a
 * passkey that was asked for as a mere possession lifts the class when it happens to verify its user.
 */
export const classless = policies.map((policy): Policy => ({ ...policy, minimumAcr: 'urn:regain:acr:1' }));

export const presets: fc.Arbitrary<Policy> = fc.constantFrom(...Object.values(PRESETS), CLIMBABLE, KEEPING);

/** Owners of anything, some of it not counting yet. */
export const owners: fc.Arbitrary<Belongings> = fc
  .record({
    has: fc.subarray([...POSSESSIONS]),
    bound: fc.boolean(),
    rests: fc.dictionary(
      fc.constantFrom('email', 'phone', 'password', 'totp', 'laptop', 'paper'),
      fc.constantFrom(1, 3, 7),
      {
        maxKeys: 3,
      },
    ),
    verified: fc.dictionary(fc.constantFrom('email', 'phone'), fc.constantFrom(1, 5), { maxKeys: 2 }),
    restoreCodes: fc.boolean(),
    closed: fc.constantFrom<'sms-code'[]>([], [], ['sms-code']),
  })
  .map(({ has, bound, rests, verified, closed, restoreCodes }) => {
    const rested = Object.entries(rests).reduce(
      (belongings, [id, days]) => resting(belongings, id, NOW + days * DAY),
      owner(has, { boundToSecondFactor: bound, closed }, restoreCodes),
    );
    const contacts = rested.standing.contacts.map((held) => {
      const days = verified[held.id];
      return days === undefined ? held : { ...held, since: NOW - days * DAY };
    });
    return { ...rested, standing: { ...rested.standing, contacts } };
  });

export const boundOwners = owners.map((belongings) => ({
  ...belongings,
  standing: { ...belongings.standing, boundToSecondFactor: true },
}));
