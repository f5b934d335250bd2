import { describe, expect, test } from 'vitest';
import { jsonText, plain } from '../../src/cli/answer.ts';
import { parseSince } from '../../src/cli/since.ts';
import { readIdentity } from '../../src/flows/administration/identity.ts';

const read = (typed: Partial<Parameters<typeof readIdentity>[0]>) =>
  readIdentity({ username: 'anna', email: 'anna@example.org', ...typed });

describe('what an account is known by', () => {
  test.each([
    ['a'],
    ['anna.b-c_d+e'],
    ['Zoë Müller'],
    ['дарья'],
    ['דוד'],
    ['山田'],
    ["o'hara"],
    ['<script>alert(1)</script>'],
    ['x'.repeat(64)],
    ['🦊'.repeat(64)],
  ])('username %s', (username) => {
    expect(read({ username })).toMatchObject({ username });
  });

  test('is compared composed and in small letters', () => {
    expect(read({ username: 'Zoe\u0308' })).toMatchObject({ username: 'Zo\u00eb', usernameKey: 'zo\u00eb' });
  });

  test('a username may be the own e-mail address', () => {
    expect(read({ username: 'Anna@Example.org' })).toMatchObject({ usernameKey: 'anna@example.org' });
  });

  test.each([
    ['', 'bad-username'],
    [' anna', 'bad-username'],
    ['anna ', 'bad-username'],
    ['\u00a0anna', 'bad-username'],
    ['an\nna', 'bad-username'],
    ['an\r\nBcc: x', 'bad-username'],
    ['an\0na', 'bad-username'],
    ['an\u001b[31mna', 'bad-username'],
    ['an\u009bna', 'bad-username'],
    ['an\u202ena', 'bad-username'],
    ['an\u2066na', 'bad-username'],
    ['an\u200bna', 'bad-username'],
    ['an\u00adna', 'bad-username'],
    ['an\u2028na', 'bad-username'],
    ['an\ufffdna', 'bad-username'],
    ['an\ud800na', 'bad-username'],
    ['x'.repeat(65), 'bad-username'],
    ['bea@example.org', 'username-is-an-email'],
    ['@anna', 'username-is-an-email'],
  ])('A28 username %j is refused: %s', (username, refusal) => {
    expect(read({ username })).toEqual({ refusal });
  });

  test.each([
    ['email', 'nobody', 'bad-email'],
    ['email', 'a@example.org\r\nBcc: b@example.org', 'bad-email'],
    ['email', 'a\0@example.org', 'bad-email'],
    ['email', 'a@example.org, b@example.org', 'bad-email'],
    ['email', `${'a'.repeat(65)}@example.org`, 'bad-email'],
    ['email', '<a@example.org>', 'bad-email'],
    ['phone', '079 123 45 67', 'bad-phone'],
    ['phone', '+41 12', 'bad-phone'],
    ['phone', '+41 900 123 456', 'bad-phone'],
    ['phone', '', 'bad-phone'],
    ['givenName', '', 'bad-given-name'],
    ['givenName', 'A\nB', 'bad-given-name'],
    ['familyName', 'A\u202eB', 'bad-family-name'],
    ['familyName', 'x'.repeat(101), 'bad-family-name'],
  ])('A28 %s %j is refused', (field, value, refusal) => {
    expect(read({ [field]: value })).toEqual({ refusal });
  });

  test('names keep markup, other directions of writing and joiners: pages and mails escape them', () => {
    const [givenName, familyName] = ['<img src=x onerror=alert(1)>', 'علی\u200cرضا'];
    expect(read({ givenName, familyName })).toMatchObject({ givenName, familyName });
  });
});

describe('A28 output', () => {
  test('JSON has no character that a terminal obeys, and reads back the same', () => {
    const value = { name: 'a\u001b[2J\u009b\u202e\u2066\u2028\u{e0001}🦊é' };
    expect(jsonText(value)).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
    expect(JSON.parse(jsonText(value))).toEqual(value);
  });

  test('neither has a line for people', () => {
    expect(plain('a\u001b[2Jb\r\nc\u202ed')).toBe('a\\u001b[2Jb\\u000d\\u000ac\\u202ed');
  });
});

describe('--since', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  test.each([
    ['90m', now - 90 * 60_000],
    ['24h', now - 24 * 3_600_000],
    ['7d', now - 7 * 86_400_000],
    ['30s', now - 30_000],
    ['2026-11-01', Date.UTC(2026, 10, 1)],
    ['2026-11-01T08:30', Date.UTC(2026, 10, 1, 8, 30)],
    ['2026-11-01 08:30:15', Date.UTC(2026, 10, 1, 8, 30, 15)],
    ['2026-11-01T08:30:00Z', Date.UTC(2026, 10, 1, 8, 30)],
    ['2026-11-01T08:30:00+01:00', Date.UTC(2026, 10, 1, 7, 30)],
  ])('%s', (text, at) => {
    expect(parseSince(text, now)).toBe(at);
  });

  test.each(['yesterday', '', '2026-13-01', '2026', '1w', '-1h', '1_000s'])('%j is refused', (text) => {
    expect(() => parseSince(text, now)).toThrow('It takes');
  });
});
