import { beforeAll, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { kindOf, nameOfKind } from '../../src/domain/proof-of-policy/account-kind.ts';
import { countedKinds } from '../../src/flows/administration/report-lock-out.ts';
import { grantRole } from '../../src/flows/administration/roles.ts';
import { setPolicy } from '../../src/flows/administration/set-policy.ts';
import { belongingsOf } from '../../src/flows/belongings.ts';
import type { NewCredential } from '../../src/flows/ports.ts';
import { addPerson, crypto, passkey, password, totp } from '../store/fixture.ts';
import { addRestoreCode } from '../support/restore-codes.ts';
import { usePorts } from './ports.ts';
import { jsonOf, MASTER_KEY, runHere } from './regain.ts';

const { ports, fixture } = usePorts();
/** The command line, on the database of this file. */
const here = (args: readonly string[]) => runHere(args, { DATABASE_URL: fixture().url, REGAIN_MASTER_KEY: MASTER_KEY });

const ANDROID = { ip: '203.0.113.7', userAgent: 'Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/140.0' };
const WINDOWS = { ip: '203.0.113.7', userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0' };
const single = (transports: string[], addedFrom?: typeof ANDROID): NewCredential => {
  const made = passkey();
  if (made.kind !== 'passkey') throw new Error('a passkey');
  return { ...made, synced: false, transports, ...(addedFrom && { addedFrom }) };
};

/** Everything by which two accounts are told apart, once each; two of them are alike. */
const CASES: Readonly<Record<string, readonly NewCredential[]>> = {
  app: [password(), totp()],
  'app-again': [password(), totp()],
  'two-apps': [password(), totp(), totp()],
  synced: [password(), passkey()],
  hybrid: [single(['internal', 'hybrid'], WINDOWS)],
  'built into a phone': [password(), single(['internal'], ANDROID)],
  'built into a computer': [password(), single(['internal'], WINDOWS)],
  'built into what is not known': [password(), single(['internal'])],
  key: [password(), single(['usb', 'nfc'], ANDROID)],
  nowhere: [single([])],
  nothing: [],
};

let ids: readonly string[] = [];
beforeAll(async () => {
  const { store, db, clock } = fixture();
  await setPolicy(ports(), 'default', PRESETS['restore-code']);
  ids = await Promise.all(
    Object.values(CASES).map(async (credentials) => {
      const { id } = await addPerson(fixture());
      for (const credential of credentials) await store.credentials.add(id, credential);
      return id;
    }),
  );
  const special = async (change: (id: string, contacts: { emailId: string; phoneId: string }) => Promise<unknown>) => {
    const { id, ...contacts } = await addPerson(fixture());
    await store.credentials.add(id, password());
    await store.credentials.add(id, totp());
    await change(id, contacts);
    return id;
  };
  const contact = (
    id: string,
    set: { off_at?: number; verified_at?: null; veto_until?: number; is_primary?: boolean },
  ) => db.updateTable('contact_points').set(set).where('id', '=', id).execute();
  const all = { ...ports(), crypto, now: () => clock.now, store };
  ids = [
    ...ids,
    await special((_, { phoneId }) => contact(phoneId, { off_at: clock.now })),
    await special((_, { emailId }) => contact(emailId, { verified_at: null })),
    await special((_, { phoneId }) => contact(phoneId, { veto_until: clock.now + 1, is_primary: false })),
    await special((id) => addRestoreCode(all, { id })),
    await special((id) => addRestoreCode(all, { id }, { issuedBy: 'email' })),
    await special((id) => store.accounts.update(id, { boundToSecondFactor: true })),
    await special(async (id) => {
      await addRestoreCode(all, { id });
      await store.accounts.update(id, { restoreForbidden: true });
    }),
    await special(async (id) => {
      const held = await store.accounts.load(id);
      const app = held?.credentials.find(({ kind }) => kind === 'totp');
      await store.credentials.setState(id, [app?.id ?? ''], 'off');
    }),
  ];
  const [suspended, frozen] = [await addPerson(fixture()), await addPerson(fixture())];
  await store.accounts.update(suspended.id, { suspendedAt: clock.now });
  await store.accounts.update(frozen.id, { frozenAt: clock.now });
  const other = await addPerson(fixture());
  await here(['organization', 'create', '--name', 'Acme']);
  await db.updateTable('accounts').set({ organization_id: 'acme' }).where('id', '=', other.id).execute();
});

const sorted = (names: readonly string[]) => names.toSorted((a, b) => a.localeCompare(b));

test.each([[[]], [['sms-code'] as const]])(
  'X2 what the database counts is what each account is, with %s closed',
  async (closed) => {
    const { store, clock } = fixture();
    const loaded = await Promise.all(ids.map((id) => store.accounts.load(id)));
    const each = loaded.map((account) => {
      if (!account) throw new Error('an account is gone');
      return nameOfKind(kindOf(belongingsOf(account, { closed, now: () => clock.now })));
    });
    const counted = countedKinds(PRESETS['restore-code'], closed, await ports().store.kinds.of('default'));
    const names = counted.flatMap(({ kind, accounts }) => Array.from({ length: accounts }, () => nameOfKind(kind)));
    expect(sorted(names)).toEqual(sorted(each));
    expect(counted.filter(({ mayRestore }) => !mayRestore).map(({ accounts }) => accounts)).toEqual([1]);
  },
);

test('X2 report lockout: how far, why, what helps; a role recovers by stricter routes; others are another organization’s', async () => {
  const report = jsonOf(await here(['report', 'lockout', '--json']));
  expect(report).toMatchObject({
    organization: 'default',
    policy: 'restore-code',
    accounts: ids.length,
    not_looked_at: 2,
  });
  const { no_way_back: none, one_loss: one, two_losses: two, farther } = report;
  expect(Number(none) + Number(one) + Number(two) + Number(farther)).toBe(ids.length);
  // One of them has no mailbox, and a restore code alone would not bring its owner back.
  expect(report['causes']).toContainEqual(expect.objectContaining({ lost: 'phone', add: 'passkey', left: 0 }));
  const { stdout } = await here(['report', 'lockout']);
  expect(stdout).toMatch(/are one loss away/);
  expect(stdout).toMatch(
    /locked out by losing the phone: a passkey on another device would bring that to \d+ \(\d+ %\)/,
  );
  expect(jsonOf(await here(['report', 'lockout', '--org', 'acme', '--json']))).toMatchObject({ accounts: 1 });
  expect(await here(['report', 'lockout', '--org', 'none'])).toMatchObject({ code: 1 });

  const account = await fixture().store.accounts.load(ids[0] ?? '');
  await grantRole(ports(), account?.username ?? '', { role: 'operator', organizationId: null });
  expect(jsonOf(await here(['report', 'lockout', '--json']))).toMatchObject({ kinds: Number(report['kinds']) + 1 });
});
