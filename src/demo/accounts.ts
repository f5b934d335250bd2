import { createAccount } from '../flows/administration/create-account.ts';
import { enrolTotpByCli } from '../flows/administration/enrol-totp-by-cli.ts';
import type { AdministrationPorts } from '../flows/ports/administration.ts';
import type { Account } from '../flows/ports.ts';

/**
 * Made up for the demo only; `REGAIN_DEMO` is refused in production (ASVS 6.3.2). The numbers are the ones that every
 * phone library gives as its examples.
 */
const PEOPLE = [
  {
    username: 'alice',
    givenName: 'Alice',
    familyName: 'Archer',
    locale: 'en',
    email: 'alice@example.org',
    phone: '+447400123456',
    password: 'seven otters cross',
  },
  {
    username: 'benoit',
    givenName: 'Benoît',
    familyName: 'Bernard',
    locale: 'fr',
    email: 'benoit@example.org',
    phone: '+33612345678',
    password: 'sept loutres passent',
  },
] as const;

type Person = (typeof PEOPLE)[number];

export interface DemoAccount {
  readonly username: string;
  readonly locale: string;
  /** Undefined once it was changed: a recovery works here too. */
  readonly password: string | undefined;
  /** Base32, for any authenticator app; undefined when the second factor is a passkey by now. */
  readonly totpSecret: string | undefined;
}

/** Makes the demo accounts the first time, and tells how to sign in to them as they are now. */
export async function demoAccounts(ports: AdministrationPorts): Promise<DemoAccount[]> {
  const found: DemoAccount[] = [];
  for (const person of PEOPLE) {
    const account = (await ports.store.accounts.findByIdentifier(person.username)) ?? (await make(ports, person));
    found.push(await asItIs(ports, account, person));
  }
  return found;
}

async function make(ports: AdministrationPorts, person: Person): Promise<Account> {
  const created = await createAccount(ports, {
    ...person,
    organizationId: 'default',
    emailVerified: true,
    phoneVerified: true,
    invite: false,
  });
  if (created.outcome === 'refused') throw new Error(`demo account ${person.username}: ${created.reason}`);
  await enrolTotpByCli(ports, person.username);
  const account = await ports.store.accounts.load(created.sub);
  if (!account) throw new Error(`demo account ${person.username} is gone`);
  return account;
}

async function asItIs(
  ports: Pick<AdministrationPorts, 'crypto' | 'passwords'>,
  account: Account,
  person: Person,
): Promise<DemoAccount> {
  const password = account.credentials.find((held) => held.kind === 'password');
  const unchanged =
    password !== undefined && (await (await ports.passwords()).verify(person.password, password.hash)).ok;
  const app = account.credentials.find((held) => held.kind === 'totp' && held.state === 'active');
  return {
    username: account.username,
    locale: account.locale,
    password: unchanged ? person.password : undefined,
    totpSecret: app?.kind === 'totp' ? ports.crypto.open(app.sealedSecret, `credential:${app.id}`) : undefined,
  };
}
