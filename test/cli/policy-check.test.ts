import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { jsonOf, useRegain } from './regain.ts';

const { here } = useRegain();
const directory = mkdtempSync(join(tmpdir(), 'regain-check-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The code by e-mail brings a new second factor: the hole that this product is about. */
const MAILBOX = {
  ...PRESETS['password-sms'],
  name: 'mailbox',
  routes: { ...PRESETS['password-sms'].routes, 'reset-second-factor': [{ id: 'link', proofs: ['email-code'] }] },
};
const unsafe = join(directory, 'unsafe.json');
writeFileSync(unsafe, JSON.stringify(MAILBOX));

describe('policy check', () => {
  test.each(Object.keys(PRESETS))('the preset %s is safe', async (preset) => {
    const answer = jsonOf(await here(['policy', 'check', preset, '--json']));
    expect(answer).toMatchObject({ policy: preset, safe: true });
  });

  test('an unsafe file: exit code 1, the finding with its chain and a mend, in both languages', async () => {
    const ran = await here(['policy', 'check', unsafe, '--json']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('unsafe: mailbox-alone-takes-over');
    const { findings, accounts } = jsonOf({ ...ran, code: 0 });
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          finding: 'mailbox-alone-takes-over',
          severity: 'error',
          shown_by: [
            expect.objectContaining({
              stolen: ['mailbox'],
              chain: [
                expect.objectContaining({ goal: 'reset-second-factor', proofs: ['email-code'] }),
                expect.anything(),
              ],
              owner_can_veto: expect.arrayContaining([{ why: 'contest', seconds: 7 * 86_400 }]),
              owner_hears_by: ['phone'],
            }),
          ],
        }),
      ]),
    );
    expect(accounts).toContainEqual(expect.objectContaining({ holds: ['password', 'totp', 'email', 'phone'] }));
    const [english, french] = [
      await here(['policy', 'check', unsafe]),
      await here(['policy', 'check', unsafe, '--locale', 'fr']),
    ];
    expect(english.stdout).toMatch(/^Policy “mailbox”: UNSAFE\n1 errors, /);
    expect(english.stdout).toContain(
      'error mailbox-alone-takes-over\n    Whoever reads the mailbox gets into an account',
    );
    expect(french.stdout).toMatch(/^Politique «\u202fmailbox\u202f»\u00a0: PAS SÛRE\n/);
    expect(french.stdout).toContain('Qui lit la messagerie entre dans un compte');
  });

  test('without an argument: the policy in force', async () => {
    expect(jsonOf(await here(['policy', 'check', '--json']))).toMatchObject({ policy: 'password-sms' });
    const ran = await here(['policy', 'check', '--org', 'nowhere']);
    expect(ran).toEqual({ code: 1, stdout: '', stderr: 'regain: there is no organization "nowhere"\n' });
  });
});

describe('an unsafe policy is not put in force by accident (SPEC X1)', () => {
  const accepting = ['--accept', 'mailbox-alone-takes-over', '--reason', 'a museum with nothing to steal'];

  test.each([
    [
      'without a word',
      ['policy', 'set', unsafe],
      1,
      /unsafe, and was not put in force:\n {2}error mailbox-alone-takes-over\n/,
    ],
    [
      'without a reason',
      ['policy', 'set', '--accept', 'mailbox-alone-takes-over', unsafe],
      2,
      /--accept takes a --reason/,
    ],
    [
      'with another name',
      ['policy', 'set', unsafe, '--accept', 'sim-alone-takes-over', '--reason', 'x'],
      1,
      /not all of these are findings/,
    ],
    [
      'for a new organization',
      ['organization', 'create', '--name', 'Museum', '--policy', unsafe],
      1,
      /was not put in force/,
    ],
  ])('%s', async (_how, command, code, says) => {
    const ran = await here([...command, '--json']);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(says);
    expect(jsonOf(await here(['policy', 'show', '--json']))).toMatchObject({ version: 1 });
  });

  test('accepted by name and with a reason: audited, and seen each time; the next policy knows nothing of it', async () => {
    expect(jsonOf(await here(['policy', 'set', ...accepting, unsafe, '--json']))).toMatchObject({
      version: 2,
      accepted: ['mailbox-alone-takes-over'],
    });
    const accepted = [
      {
        finding: 'mailbox-alone-takes-over',
        reason: 'a museum with nothing to steal',
        accepted_by: expect.stringMatching(/./),
        accepted_at: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ];
    expect(jsonOf(await here(['policy', 'show', '--json']))).toMatchObject({ accepted });
    expect((await here(['policy', 'show'])).stderr).toContain('accepted: mailbox-alone-takes-over, by ');
    const checked = await here(['policy', 'check', '--json']);
    expect(checked.code).toBe(0);
    expect(jsonOf(checked)).toMatchObject({ safe: false, accepted });
    expect((await here(['policy', 'check'])).stdout).toMatch(
      /Accepted findings\n {2}mailbox-alone-takes-over: accepted on /,
    );
    const log = await here(['audit', '--json']);
    expect(jsonOf(log)['events']).toMatchObject([
      {
        kind: 'policy.set',
        details: { accepted: ['mailbox-alone-takes-over'], reason: 'a museum with nothing to steal' },
      },
    ]);
    await here(['policy', 'set', 'strict']);
    expect(jsonOf(await here(['policy', 'check', '--json']))).toMatchObject({
      policy: 'strict',
      safe: true,
      accepted: [],
    });
  });

  test('a new organization with what was accepted', async () => {
    const { id } = jsonOf(
      await here(['organization', 'create', '--name', 'Museum', '--policy', unsafe, ...accepting, '--json']),
    );
    expect(jsonOf(await here(['policy', 'show', '--org', String(id), '--json']))).toMatchObject({
      accepted: [{ finding: 'mailbox-alone-takes-over' }],
    });
  });
});
