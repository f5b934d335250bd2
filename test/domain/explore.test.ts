import { describe, expect, it } from 'vitest';
import { explore } from '../../src/domain/explore.ts';
import { type Belongings, without } from '../../src/domain/losses.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Move, State } from '../../src/domain/state.ts';
import { NOW } from './account.ts';
import { CLIMBABLE, DAY, owner, resting } from './belongings.ts';

const trustid = PRESETS['password-sms'];

const reached = (policy: Policy, belongings: Belongings, registrable: Parameters<typeof explore>[2] = ['totp']) => [
  ...explore(policy, without(belongings, []), registrable),
];
const goals = (path: readonly Move[]) => path.map((move) => (move.move === 'wait' ? 'wait' : move.goal)).join(', ');
const restsOf = ({ standing }: State, kind: string) =>
  standing.credentials.find((held) => held.kind === kind)?.unsettledUntil;

describe('every state is reached once, the soonest first', () => {
  it('begins where it begins', () => {
    const [first] = explore(trustid, without(owner(['email']), []), ['totp']);
    expect(first).toEqual({ state: without(owner(['email']), []), path: [] });
  });

  it('never goes back in time, nor from fewer journeys to more and back at one time', () => {
    const all = reached(CLIMBABLE, resting(owner(['email', 'phone', 'password']), 'password', NOW + 2 * DAY));
    expect(all.length).toBeGreaterThan(10);
    const order = all.map(({ state, path }) => [state.now, path.length] as const);
    expect(order).toEqual(order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
  });

  it('comes to an end also where what settles can be reset again and again', () => {
    const restless = resting(
      resting(owner(['email', 'phone', 'password', 'totp']), 'password', NOW + 12_345),
      'phone',
      NOW + 777,
    );
    expect(reached(CLIMBABLE, restless, ['totp', 'passkey', 'passkey-uv']).length).toBeLessThan(2_000);
  });
});

describe('what a journey does', () => {
  it('reset-second-factor: the new one is in hand, the others are gone, and it rests', () => {
    const [, , after] = reached(trustid, owner(['password', 'email', 'phone', 'laptop']), ['totp']).filter(
      ({ path }) => goals(path) === 'reset-second-factor' || path.length === 0 || goals(path) === 'sign-in',
    );
    expect(after?.state.standing.credentials.map(({ id, unsettledUntil }) => [id, unsettledUntil])).toEqual([
      ['password', null],
      ['new-totp', NOW + 7 * DAY],
    ]);
    expect(after?.state.hands.map(({ by }) => by)).toEqual(['password', 'phone', 'email', 'new-totp']);
    expect(after?.state.session).toBe('recovered');
  });

  it('reset-password: no session is open after it, nor is one that was open before', () => {
    const paths = reached(trustid, owner(['password', 'totp', 'email']));
    const ended = paths.find(({ path }) => goals(path) === 'sign-in, reset-password');
    expect(paths.find(({ path }) => goals(path) === 'sign-in')?.state.session).toBe('urn:regain:acr:2');
    expect(ended ?? paths.find(({ path }) => goals(path) === 'reset-password')).toMatchObject({
      state: { session: null },
    });
  });

  it('sign-in: a first second factor comes in at once and binds', () => {
    const fresh = owner(['password', 'email'], { boundToSecondFactor: false });
    const enrolled = reached(trustid, fresh).find(({ path }) => goals(path) === 'sign-in');
    expect(enrolled?.state.standing.boundToSecondFactor).toBe(true);
    expect(enrolled && restsOf(enrolled.state, 'totp')).toBeNull();
    expect(enrolled?.state.session).toBe('urn:regain:acr:1');
  });

  it('each kind of factor that can be registered is a way of its own', () => {
    const kinds = reached(trustid, owner(['password', 'email', 'phone']), ['totp', 'passkey-uv'])
      .filter(({ path }) => goals(path) === 'reset-second-factor')
      .map(({ path }) => path[0]);
    expect(kinds).toMatchObject([{ registered: 'totp' }, { registered: 'passkey-uv' }]);
  });
});

const recovered = (bring: Parameters<typeof owner>[0]) => resting(owner(bring), 'password', NOW + 7 * DAY);

describe('T10', () => {
  it('a full sign-in settles what it used: the next recovery is open at once', () => {
    const paths = reached(CLIMBABLE, recovered(['password', 'totp', 'email', 'phone'])).map(({ path }) => goals(path));
    expect(paths).toContain('sign-in, reset-second-factor');
    expect(paths).not.toContain('reset-second-factor');
  });

  it('a sign-in by one factor settles nothing', () => {
    const unbound = recovered(['password', 'email', 'phone']);
    const policy: Policy = { ...CLIMBABLE, secondFactor: { ...CLIMBABLE.secondFactor, required: false } };
    const standing = { ...unbound.standing, boundToSecondFactor: false };
    const signedIn = reached(policy, { ...unbound, standing }).find(({ path }) => goals(path) === 'sign-in');
    expect(signedIn && restsOf(signedIn.state, 'password')).toBe(NOW + 7 * DAY);
  });

  it('what a recovery set counts after its time, and not before', () => {
    const all = reached(CLIMBABLE, owner(['email', 'phone']));
    const climbed = all.find(({ path }) => goals(path).endsWith('reset-second-factor'));
    expect(climbed && goals(climbed.path)).toBe('reset-password, wait, reset-second-factor');
    expect(climbed?.state.now).toBe(NOW + 7 * DAY);
  });
});

it('goes no way that asks for what is not in hand', () => {
  const all = explore(trustid, without(owner(['password', 'totp', 'email', 'phone']), ['totp', 'phone']), ['totp']);
  expect([...all].map(({ path }) => goals(path))).toEqual(['']);
});

const number = (id: string, off: boolean) => ({ id, kind: 'phone' as const, verified: true, countsFrom: 0, off });

it('gives no proof twice: a phone that is switched off does not help on where another one is asked for', () => {
  const kinds: Policy['secondFactor']['kinds'] = ['sms-code'];
  const policy: Policy = {
    ...trustid,
    secondFactor: { required: true, kinds },
    routes: { ...trustid.routes, 'reset-password': [{ id: 'factor', proofs: ['second-factor'] }] },
  };
  const { standing, ...rest } = owner(['password']);
  const contacts = [number('old', true), number('new', false)];
  const by = (hands: string[]) =>
    [
      ...explore(
        policy,
        {
          ...rest,
          session: null,
          standing: { ...standing, contacts },
          hands: hands.map((id) => ({ kind: 'sms-code', by: id })),
        },
        [],
      ),
    ]
      .map(({ path }) => goals(path))
      .slice(0, 2);
  expect(by(['old'])).toEqual(['']);
  expect(by(['old', 'new'])).toEqual(['', 'reset-password']);
});

describe('as the pages begin and go on', () => {
  it('no recovery without the mailbox for an owner, whatever its route asks for', () => {
    const holder = owner(['password', 'totp', 'email', 'paper']);
    const goalsBy = (lost: readonly string[], link: 'read' | 'not-needed') =>
      [...explore(PRESETS['restore-code'], without(holder, lost), ['totp'], link)].map(({ path }) => goals(path));
    expect(goalsBy(['totp'], 'read')).toContain('reset-second-factor');
    expect(goalsBy(['totp', 'email'], 'read')).toEqual(['']);
    expect(goalsBy(['totp', 'email'], 'not-needed')).toContain('reset-second-factor');
  });

  it('whoever is let in by one route steps up by another', () => {
    const policy: Policy = {
      ...trustid,
      routes: {
        ...trustid.routes,
        'sign-in': [{ id: 'password', proofs: ['password'] }, ...trustid.routes['sign-in']],
      },
    };
    const sessions = reached(policy, owner(['password', 'totp'])).map(({ state }) => state.session);
    expect(sessions).toEqual([null, 'urn:regain:acr:1', 'urn:regain:acr:2']);
  });
});
