import { expect, test } from 'vitest';
import { restoreLetter } from '../../src/cli/restore-letter.ts';
import { writeLetter } from '../../src/delivery/letter.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { parseRestoreCode } from '../../src/domain/restore-code.ts';
import { forbidRestoring } from '../../src/flows/administration/forbid-restoring.ts';
import { issueRestoreCode } from '../../src/flows/administration/issue-restore-code.ts';
import type { RestoreCode } from '../../src/flows/ports.ts';
import { addPerson } from '../store/fixture.ts';
import { putInForce } from '../support/policy.ts';
import { usePorts } from './ports.ts';

const { ports, fixture } = usePorts();
const preset = PRESETS['restore-code'];
const reason = 'came to the desk with a passport';

async function policy(issueBy: Policy['restoreCode']['issueBy'], organizationId = 'default'): Promise<void> {
  await putInForce(ports(), organizationId, { ...preset, restoreCode: { ...preset.restoreCode, issueBy } });
}
const held = async (id: string): Promise<RestoreCode | null | undefined> =>
  (await fixture().store.accounts.load(id))?.restoreCode;
const hashOf = (typed: string) => {
  const read = parseRestoreCode(typed);
  return 'code' in read ? ports().crypto.hashToken(read.code) : undefined;
};

test('S11 an operator issues a code: it counts at once, in place of the one before, with its reason in the log and a word to the owner', async () => {
  await policy(['person', 'letter']);
  const person = await addPerson(fixture());
  const first = await issueRestoreCode(ports(), person.username, { by: 'person', reason });
  expect(first.outcome).toBe('issued');
  const second = await issueRestoreCode(ports(), person.email, { by: 'letter', reason });
  if (second.outcome !== 'issued') throw new Error(second.reason);
  const code = await held(person.id);
  expect(code?.issuedBy).toBe('letter');
  expect(code?.unsettledUntil).toBeNull();
  expect(code?.hash).toEqual(hashOf(second.code));
  const entries = await fixture().store.activity.of(person.id, { limit: 50 });
  const issued = entries.filter(({ kind }) => kind === 'restore-code.issued');
  expect(issued.map(({ details }) => details['reason'])).toEqual([reason, reason]);
  expect(JSON.stringify(entries)).not.toContain(second.code);
});

test('S14 only by a way that the policy allows, with a reason, and not to an account that is forbidden it', async () => {
  await policy(['letter']);
  const person = await addPerson(fixture());
  const issue = (by: 'letter' | 'phone', why: string) =>
    issueRestoreCode(ports(), person.username, { by, reason: why });
  expect(await issue('phone', reason)).toMatchObject({ reason: 'not-this-way' });
  expect(await issue('letter', '  ')).toMatchObject({ reason: 'no-reason' });
  expect(await forbidRestoring(ports(), person.username, true)).toMatchObject({ changed: true });
  expect(await forbidRestoring(ports(), person.username, true)).toMatchObject({ changed: false });
  expect(await issue('letter', reason)).toMatchObject({ reason: 'forbidden' });
  expect(await held(person.id)).toBeNull();
  await forbidRestoring(ports(), person.username, false);
  expect(await issue('letter', reason)).toMatchObject({ outcome: 'issued' });
});

test.each(['en', 'fr'] as const)(
  'S11 the letter in %s has the code, the address, and no line too long to print',
  async (locale) => {
    await policy(['letter']);
    const person = await addPerson(fixture());
    const done = await issueRestoreCode(ports(), person.username, { by: 'letter', reason });
    if (done.outcome !== 'issued') throw new Error(done.reason);
    const letter = restoreLetter(
      { ...done, account: { ...done.account, locale } },
      'https://id.example.org',
      Date.now(),
    );
    expect(letter).toContain(done.code);
    expect(letter).toContain('https://id.example.org/lost-credentials');
    expect(letter.replaceAll('\n', ' ')).toContain(
      locale === 'fr' ? 'J’ai mon code de restauration' : 'I have my restore code',
    );
    expect(Math.max(...letter.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
  },
);

test.each(['en', 'fr'] as const)('S11 the e-mail in %s has the code in its groups', (lang) => {
  const content = {
    template: 'restore-code',
    code: 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG',
    username: 'alice',
    circumstances: { at: 0, ip: '', userAgent: '' },
  } as const;
  const letter = writeLetter(content, lang, 'https://id.example.org');
  expect(letter.code?.value).toBe(content.code);
  expect(letter.button).toBeUndefined();
});

test('S11 by e-mail it goes to the address that counts, and is marked as having come so', async () => {
  await policy(['email']);
  const person = await addPerson(fixture());
  const done = await issueRestoreCode(ports(), person.username, { by: 'email', reason });
  expect(done).toMatchObject({ outcome: 'issued', sentTo: person.email });
  expect((await held(person.id))?.issuedBy).toBe('email');
});
