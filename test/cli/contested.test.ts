import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { jsonOf, useRegain } from './regain.ts';

const { here, url } = useRegain();

/** An account with an app that the command line enrolled, which its owner has contested. */
async function contested(username: string): Promise<void> {
  const email = `${username}@example.org`;
  const made = await here(['user', 'create', '--username', username, '--email', email, '--email-verified', '--json']);
  const { sub } = jsonOf(made);
  await here(['user', 'totp', username, '--json']);
  const client = new Client({ connectionString: url() });
  await client.connect();
  try {
    await client.query('update accounts set frozen_at = 1 where id = $1', [sub]);
    await client.query(
      `update notices set contested_at = 1 where account_id = $1 and kind = 'second-factor-enrolled'`,
      [sub],
    );
  } finally {
    await client.end();
  }
}

const show = async (username: string) => jsonOf(await here(['user', 'show', username, '--json']));

describe('user resume of an account that "It wasn’t me" has blocked', () => {
  test('is wrong usage without a word on what was contested, and says what to add', async () => {
    await contested('ann');
    const ran = await here(['user', 'resume', 'ann', '--json']);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/--contested undo .* or --contested keep/);
    expect(await show('ann')).toMatchObject({
      frozen_at: '1970-01-01T00:00:00.001Z',
      contests: [{ kind: 'second-factor-enrolled', contested_at: '1970-01-01T00:00:00.001Z', ip: '' }],
      credentials: [],
    });
    const text = (await here(['user', 'show', 'ann'])).stdout;
    expect(text).toContain('blocked by "It wasn\'t me" since 1970-01-01T00:00:00.001Z');
    expect(text).toMatch(/contested {2}second-factor-enrolled of 20/);
  });

  test.each([
    ['undo', 'bob', []],
    ['keep', 'cid', [{ kind: 'totp', state: 'active' }]],
  ])('%s', async (how, username, credentials) => {
    await contested(username);
    const done = jsonOf(await here(['user', 'resume', username, '--contested', how, '--json']));
    expect(done).toMatchObject({ changed: true, contested: how });
    const shown = await show(username);
    expect(shown).toMatchObject({ frozen_at: null, contests: [], bound_to_second_factor: true });
    expect(shown['credentials']).toMatchObject(credentials);
    expect(shown['credentials']).toHaveLength(credentials.length);
    // Once is enough.
    const again = await here(['user', 'resume', username, '--contested', how, '--json']);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('leave --contested out') });
    expect(jsonOf(await here(['user', 'resume', username, '--json']))).toMatchObject({ changed: false });
  });

  test('takes no other word', async () => {
    const ran = await here(['user', 'resume', 'nobody', '--contested', 'maybe', '--json']);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('Allowed choices are undo, keep') });
  });
});
