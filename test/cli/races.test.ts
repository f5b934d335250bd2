import { describe, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { createAccount } from '../../src/flows/administration/create-account.ts';
import { createOrganization } from '../../src/flows/administration/create-organization.ts';
import { setPolicy } from '../../src/flows/administration/set-policy.ts';
import { usePorts } from './ports.ts';

const { ports, fixture } = usePorts();
const SOME = Array.from({ length: 8 }, (_, index) => index);

describe('administrators at the same moment', () => {
  test('policies get a version each, and the last one is in force', async () => {
    const set = await Promise.all(SOME.map(() => setPolicy(ports(), 'default', PRESETS.strict)));
    const versions = set.map((each) => (each.outcome === 'set' ? each.version : 0));
    expect(new Set(versions)).toEqual(new Set(SOME.map((index) => index + 2)));
    expect(await ports().store.policies.inForce('default')).toMatchObject({ version: 9 });
  });

  test('organizations of one name get an id each', async () => {
    const request = { name: 'Same', locale: 'en', policy: PRESETS.off } as const;
    const made = await Promise.all(SOME.map(() => createOrganization(ports(), request)));
    expect(new Set(made.map((each) => (each.outcome === 'created' ? each.id : ''))).size).toBe(SOME.length);
  });

  test('A21 of accounts with the same name, or with one for a name and an address, one is made', async () => {
    const request = { organizationId: 'default', emailVerified: true, phoneVerified: false, invite: true };
    const made = await Promise.all(
      SOME.map((index) =>
        createAccount(ports(), {
          ...request,
          username: index % 2 ? 'one@example.org' : `user${index}`,
          email: index % 2 ? 'one@example.org' : 'ONE@Example.org',
        }),
      ),
    );
    expect(made.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    const counts = await fixture()
      .db.selectFrom('outbox')
      .select((eb) => eb.fn.countAll().as('n'))
      .executeTakeFirst();
    expect(Number(counts?.n)).toBe(1);
  });

  test('the audit log they wrote together is whole', async () => {
    expect(await fixture().verifyAudit()).toEqual({ ok: true, rows: 18 });
  });
});
