import { describe, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { issueEmergencyCode } from '../../src/flows/administration/issue-emergency-code.ts';
import { revokeEmergencyCode } from '../../src/flows/administration/revoke-emergency-code.ts';
import { addPerson } from '../store/fixture.ts';
import { putInForce } from '../support/policy.ts';
import { usePorts } from './ports.ts';
import { useRegain } from './regain.ts';

const reason = 'came to the desk with a passport';
const GROUPS = /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/;

describe('the command line (CONTRACT)', () => {
  const { here } = useRegain();
  const json = async (...args: string[]): Promise<Record<string, unknown>> => {
    const ran = await here([...args, '--json']);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(ran.stdout);
  };

  test('create prints code, uses and end; revoke takes it back; user show tells of it and never what it is', async () => {
    await json('user', 'create', '--username', 'ada', '--email', 'ada@example.org', '--email-verified', '--invite');
    const before = Date.now();
    const made = await json('emergency-code', 'create', 'ada', '--uses', '2', '--valid-for', '24h', '--reason', reason);
    expect(Object.keys(made)).toEqual(['code', 'uses', 'expires_at']);
    expect(made['code']).toMatch(GROUPS);
    expect(made['uses']).toBe(2);
    const lasts = Date.parse(String(made['expires_at'])) - before;
    expect(Math.round(lasts / 60_000)).toBe(24 * 60);
    const shown = await here(['user', 'show', 'ada', '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ emergency_code: { uses: 2, uses_left: 2, issued_by: 'cli' } });
    const audit = await here(['audit', '--user', 'ada', '--json']);
    expect(audit.stdout).toContain(reason);
    for (const { stdout } of [shown, audit]) {
      expect(stdout).not.toContain(String(made['code']));
      expect(stdout).not.toContain(String(made['code']).replaceAll('-', ''));
    }
    expect(await json('emergency-code', 'revoke', 'ada')).toMatchObject({ changed: true, sessions_ended: 0 });
    expect(await json('emergency-code', 'revoke', 'ada')).toMatchObject({ changed: false });
    expect(await json('user', 'show', 'ada')).toMatchObject({ emergency_code: null });
  });

  test.each([
    [['nobody', '--reason', reason], 1, 'there is no user "nobody"'],
    [['ada', '--reason', ' '], 1, '--reason is empty'],
    [['ada', '--reason', reason, '--uses', '6'], 1, 'mostUses'],
    [['ada', '--reason', reason, '--valid-for', '8d'], 1, 'longestLifetime'],
    [['ada', '--reason', reason, '--acr', 'urn:regain:acr:2'], 1, 'emergencyCode.operator.acr'],
    [['ada', '--reason', reason, '--from', '2020-01-01'], 1, 'over already'],
    [['ada', '--reason', reason, '--application', 'nothing'], 1, 'there is no application "nothing"'],
    [['ada'], 2, '--reason'],
    [['ada', '--reason', reason, '--uses', '0'], 2, 'whole number'],
    [['ada', '--reason', reason, '--valid-for', 'soon'], 2, '24h'],
    [['ada', '--reason', reason, '--acr', 'phr'], 2, 'Allowed choices'],
  ])('create %j exits %d: %s', async (args, code, said) => {
    const ran = await here(['emergency-code', 'create', ...args]);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain(said);
  });
});

describe('issuing', () => {
  const { ports, fixture } = usePorts();
  const held = async (id: string) => (await fixture().store.accounts.load(id))?.emergencyCode;

  test('a new one takes the place of the one before, for the applications named and the console, from then until then', async () => {
    const person = await addPerson(fixture());
    await issueEmergencyCode(ports(), person.username, { reason });
    const first = await held(person.id);
    const from = Date.now() + 3_600_000;
    const made = await issueEmergencyCode(ports(), person.email, { reason, from, lifetime: 600, clients: ['notes'] });
    if (made.outcome !== 'issued') throw new Error(made.reason);
    expect(made).toMatchObject({ uses: 1, validFrom: from, expiresAt: from + 600_000 });
    const second = await held(person.id);
    expect(second?.id).not.toBe(first?.id);
    expect(second?.clients).toEqual(['notes', 'regain-account']);
    const code = made.code.replaceAll('-', '');
    expect(second?.hash).toEqual(ports().crypto.hashCode('emergency-code', second?.id ?? '', code));
    expect(second?.hash).not.toEqual(ports().crypto.hashToken(code));
    const kinds = (await fixture().store.notices.toldSince(person.id, 0, 10)).map(({ kind }) => kind);
    expect(kinds).toEqual(['emergency-code-issued', 'emergency-code-issued']);
    await revokeEmergencyCode(ports(), person.username);
    expect(await held(person.id)).toBeNull();
  });

  test('within the policy of the account: what is not said is what the policy gives', async () => {
    const { emergencyCode } = PRESETS.strict;
    await putInForce(ports(), 'default', PRESETS.strict);
    const person = await addPerson(fixture());
    expect(await issueEmergencyCode(ports(), person.username, { reason, uses: 2 })).toMatchObject({
      reason: 'too-many-uses',
    });
    const made = await issueEmergencyCode(ports(), person.username, {
      reason,
      checks: [emergencyCode.operator.checks[0] ?? ''],
    });
    expect(made).toMatchObject({ outcome: 'issued', uses: 1 });
    expect((await held(person.id))?.highestAcr).toBe('urn:regain:acr:2');
    expect(await issueEmergencyCode(ports(), person.username, { reason, checks: ['a hunch'] })).toMatchObject({
      reason: 'unknown-check',
    });
  });

  test('not around "It wasn’t me"', async () => {
    const person = await addPerson(fixture());
    await fixture().store.accounts.update(person.id, { frozenAt: Date.now() });
    expect(await issueEmergencyCode(ports(), person.username, { reason })).toMatchObject({ reason: 'frozen' });
  });

  test('A14 a use is taken once, at fifty requests at once', async () => {
    await putInForce(ports(), 'default', PRESETS['password-sms']);
    const person = await addPerson(fixture());
    await issueEmergencyCode(ports(), person.username, { reason, uses: 3 });
    const { id } = (await held(person.id)) ?? { id: '' };
    const { emergencyCodes } = fixture().store;
    const now = Date.now() + 1;
    const all = await Promise.all(Array.from({ length: 50 }, () => emergencyCodes.spend(person.id, id, now)));
    expect(all.filter(Boolean)).toHaveLength(3);
    expect((await held(person.id))?.usesLeft).toBe(0);
    await issueEmergencyCode(ports(), person.username, { reason });
    const next = (await held(person.id))?.id ?? '';
    expect(await emergencyCodes.spend(person.id, next, now + 90_000_000)).toBe(false);
    await emergencyCodes.revokeAll(person.id, now);
    expect(await emergencyCodes.spend(person.id, next, now)).toBe(false);
  });
});
