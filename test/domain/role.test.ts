import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ADMIN_ACTS, type AdminAct, OPERATOR_ACTS, USUAL_OPERATOR_ACTS } from '../../src/domain/administration.ts';
import { policySchema, RECOVERY_GOALS } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import {
  type Administrator,
  type AdminTarget,
  type HeldRole,
  lackingForConsole,
  mayAdminister,
  ROLES,
  scopeOf,
} from '../../src/domain/role.ts';
import { policyWithRole } from '../../src/domain/role-policy.ts';
import { policies } from './random-policies.ts';

const holds = (
  role: HeldRole['role'],
  organizationId: string | null = 'a',
  asleepSince: number | null = null,
): HeldRole => ({ role, organizationId, asleepSince });
const who = (accountId: string, ...roles: HeldRole[]): Administrator => ({ accountId, roles });

const ACTORS: Readonly<Record<string, Administrator>> = {
  'no role': who('me'),
  'operator elsewhere': who('me', holds('operator', 'b')),
  operator: who('me', holds('operator')),
  'operator everywhere': who('me', holds('operator', null)),
  'admin asleep': who('me', holds('admin', null, 1)),
  'admin elsewhere': who('me', holds('admin', 'b')),
  admin: who('me', holds('admin')),
  'admin everywhere': who('me', holds('admin', null)),
};
const TARGETS: Readonly<Record<string, AdminTarget>> = {
  person: { organizationId: 'a', account: who('you') },
  himself: { organizationId: 'a', account: who('me', holds('operator')) },
  operator: { organizationId: 'a', account: who('you', holds('operator')) },
  admin: { organizationId: 'a', account: who('you', holds('admin')) },
  'sleeping admin everywhere': { organizationId: 'a', account: who('you', holds('admin', null, 1)) },
  organization: { organizationId: 'a' },
  installation: { organizationId: null },
};

const said = (actor: Administrator, act: AdminAct, target: AdminTarget, may = USUAL_OPERATOR_ACTS) => {
  const verdict = mayAdminister(actor, act, target, may);
  return verdict.verdict === 'allow' ? 'allow' : verdict.why;
};

describe('A24 the whole table, for an act that the organization lets operators do (suspend)', () => {
  const TABLE = `
                      | person    | himself   | operator    | admin       | sleeping admin everywhere | organization | installation
  no role             | no-role   | no-role   | no-role     | no-role     | no-role                   | no-role      | no-role
  operator elsewhere  | elsewhere | elsewhere | elsewhere   | elsewhere   | elsewhere                 | elsewhere    | elsewhere
  operator            | allow     | himself   | higher-role | higher-role | higher-role               | allow        | elsewhere
  operator everywhere | allow     | himself   | higher-role | higher-role | higher-role               | allow        | allow
  admin asleep        | asleep    | asleep    | asleep      | asleep      | asleep                    | asleep       | asleep
  admin elsewhere     | elsewhere | elsewhere | elsewhere   | elsewhere   | elsewhere                 | elsewhere    | elsewhere
  admin               | allow     | himself   | allow       | allow       | higher-role               | allow        | elsewhere
  admin everywhere    | allow     | himself   | allow       | allow       | allow                     | allow        | allow`;
  const [head = [], ...rows] = TABLE.trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const cells = rows.flatMap(([actor = '', ...verdicts]) =>
    verdicts.map(
      (verdict, column) => [actor, head.at(column + (head.length - verdicts.length)) ?? '', verdict] as const,
    ),
  );

  test('has every actor and every target', () => {
    expect(cells).toHaveLength(Object.keys(ACTORS).length * Object.keys(TARGETS).length);
  });

  test.each(cells)('%s on %s: %s', (actor, target, verdict) => {
    const [by, on] = [ACTORS[actor], TARGETS[target]];
    if (!by || !on) throw new Error('no such row or column');
    expect(said(by, 'suspend', on)).toBe(verdict);
  });
});

describe('by act, on a person without a role', () => {
  const { person } = TARGETS;
  test.each(ADMIN_ACTS)('%s: an admin may; an operator only what is let to operators', (act) => {
    if (!person) throw new Error('no person');
    expect(said(who('me', holds('admin')), act, person, [])).toBe('allow');
    const letable = OPERATOR_ACTS.some((may) => may === act);
    const operator = who('me', holds('operator'));
    expect(said(operator, act, person, [])).toBe(act === 'see' ? 'allow' : letable ? 'not-by-policy' : 'admins-only');
    expect(said(operator, act, person, OPERATOR_ACTS)).toBe(act === 'see' || letable ? 'allow' : 'admins-only');
  });

  test('by default operators neither make accounts nor forbid restoring, register anew or see whole addresses', () => {
    expect(OPERATOR_ACTS.filter((act) => !USUAL_OPERATOR_ACTS.includes(act))).toEqual([
      'see-contacts',
      're-register',
      'forbid-restoring',
      'create',
    ]);
  });
});

const organizations = fc.constantFrom('a', 'b', null);
const roles = fc.array(
  fc.record({
    role: fc.constantFrom(...ROLES),
    organizationId: organizations,
    asleepSince: fc.constantFrom(null, 1),
  }),
  { maxLength: 3 },
);
const acts = fc.constantFrom(...ADMIN_ACTS);
const letable = fc.subarray([...OPERATOR_ACTS]);
const home = fc.constantFrom('a', 'b');
const changing = acts.filter((act) => act !== 'see' && act !== 'see-contacts');

const reaches = (own: HeldRole, where: string | null) => own.organizationId === null || own.organizationId === where;

describe('A24 properties', () => {
  test('nobody acts on himself', () => {
    fc.assert(
      fc.property(roles, changing, home, letable, (held, act, organizationId, may) => {
        expect(said(who('me', ...held), act, { organizationId, account: who('me', ...held) }, may)).not.toBe('allow');
      }),
    );
  });

  test('whoever is let to act on somebody has a role that reaches as far as each of theirs, and is an admin if they have any', () => {
    fc.assert(
      fc.property(roles, roles, changing, home, letable, (mine, theirs, act, organizationId, may) => {
        const verdict = said(who('me', ...mine), act, { organizationId, account: who('you', ...theirs) }, may);
        const awake = mine.filter(({ asleepSince }) => asleepSince === null);
        const above = theirs.every((held) =>
          awake.some((own) => own.role === 'admin' && reaches(own, held.organizationId)),
        );
        const here = awake.some((own) => reaches(own, organizationId));
        expect(verdict === 'allow' && !(here && above)).toBe(false);
      }),
    );
  });

  test('a role that sleeps lets nothing, and takes nothing from what others let', () => {
    fc.assert(
      fc.property(roles, acts, home, letable, (held, act, organizationId, may) => {
        const target = { organizationId, account: who('you') };
        const awake = held.filter(({ asleepSince }) => asleepSince === null);
        const [all, some] = [said(who('me', ...held), act, target, may), said(who('me', ...awake), act, target, may)];
        expect(all === 'allow').toBe(some === 'allow');
      }),
    );
  });

  test('an admin may whatever an operator of the same reach may', () => {
    fc.assert(
      fc.property(organizations, roles, acts, home, letable, (reach, theirs, act, organizationId, may) => {
        const target = { organizationId, account: who('you', ...theirs) };
        const asOperator = said(who('me', holds('operator', reach)), act, target, may);
        const asAdmin = said(who('me', holds('admin', reach)), act, target, may);
        expect([asOperator, asAdmin]).not.toEqual(['allow', expect.not.stringMatching('allow')]);
      }),
    );
  });

  test('where somebody may look, and the organizations that are searched, are the same', () => {
    fc.assert(
      fc.property(roles, home, (held, organizationId) => {
        const scope = scopeOf(held);
        const sees = said(who('me', ...held), 'see', { organizationId, account: who('you') }) === 'allow';
        expect(scope === null || scope.includes(organizationId)).toBe(sees);
      }),
    );
  });
});

describe('the session of the console', () => {
  const now = 1_000_000_000;
  const at = (seconds: number) => now - seconds * 1000;
  test.each([
    ['urn:regain:acr:2', { acr: 'urn:regain:acr:1', at: now }, undefined, { acr: 'urn:regain:acr:2' }],
    ['urn:regain:acr:2', { acr: 'urn:regain:acr:2-sms', at: now }, undefined, { acr: 'urn:regain:acr:2' }],
    ['urn:regain:acr:2', { acr: 'urn:regain:acr:2', at: at(80_000) }, undefined, undefined],
    ['urn:regain:acr:2', { acr: 'urn:regain:acr:2', at: at(601) }, 'show', { acr: 'urn:regain:acr:2', maxAge: 570 }],
    ['urn:regain:acr:2', { acr: 'urn:regain:acr:2', at: at(601) }, 'send', undefined],
    ['urn:regain:acr:2', { acr: 'phr', at: at(1_201) }, 'send', { acr: 'urn:regain:acr:2', maxAge: 570 }],
    ['phr', { acr: 'urn:regain:acr:2', at: now }, undefined, { acr: 'phr' }],
    ['phr', { acr: 'phr', at: now }, 'send', undefined],
  ] as const)('%s with %o at %s lacks %o', (acr, session, stage, lacking) => {
    expect(lackingForConsole(acr, session, now, stage)).toEqual(lacking);
  });
});

describe('A24 how people with a role recover', () => {
  test('by the routes of strict, where the organization has a way at all', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const own = policyWithRole(policy);
        for (const goal of RECOVERY_GOALS)
          expect(own.routes[goal]).toEqual(policy.routes[goal].length > 0 ? PRESETS.strict.routes[goal] : []);
        for (const goal of ['sign-in', 'accept-invitation'] as const)
          expect(own.routes[goal]).toEqual(policy.routes[goal]);
        expect(own.secondFactor.required).toBe(true);
        expect(policySchema.parse(own)).toEqual(own);
      }),
    );
  });
});

test('a policy that was written down before there was a console asks for two factors and lets operators the usual', () => {
  const { administration: _, ...before } = PRESETS.strict;
  expect(policySchema.parse(before).administration).toEqual({
    acr: 'urn:regain:acr:2',
    operatorMay: USUAL_OPERATOR_ACTS,
  });
});
