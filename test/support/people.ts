import { generateSync } from 'otplib';
import type { Locale } from '../../src/domain/message.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { createAccount } from '../../src/flows/administration/create-account.ts';
import { enrolTotpByCli } from '../../src/flows/administration/enrol-totp-by-cli.ts';
import type { TestPorts } from './ports.ts';
import { ISSUER } from './ports.ts';
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from './software-authenticator.ts';

export const PASSWORD = 'a long walk by the lake';

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly phone: string;
  readonly totp: string | undefined;
  readonly passkey: SoftwareAuthenticator | undefined;
  /** The code that the authenticator app shows, now or so many milliseconds from now. */
  code(later?: number): string;
}

export interface PersonSettings {
  readonly username?: string;
  readonly locale?: Locale;
  readonly organizationId?: string;
  /** An authenticator app; on unless told otherwise. */
  readonly totp?: boolean;
  readonly passkey?: boolean;
  readonly givenName?: string;
}

/** An account with password, verified e-mail address and phone, made by the flows that make accounts. */
export async function addPerson(test: TestPorts, settings: PersonSettings = {}): Promise<Person> {
  const { administration, crypto, ports } = test;
  const username = settings.username ?? `u${crypto.digits(9)}`;
  const email = `${username}@example.com`;
  const phone = `+4179${crypto.digits(7)}`;
  const made = await createAccount(administration, {
    username,
    email,
    phone,
    organizationId: settings.organizationId ?? 'default',
    emailVerified: true,
    phoneVerified: true,
    password: PASSWORD,
    invite: false,
    ...(settings.locale && { locale: settings.locale }),
    ...(settings.givenName && { givenName: settings.givenName }),
  });
  if (made.outcome !== 'created') throw new Error(`no account: ${made.reason}`);
  const enrolled = settings.totp === false ? undefined : await enrolTotpByCli(administration, username);
  const totp = enrolled?.outcome === 'enrolled' ? enrolled.secret : undefined;
  const passkey = settings.passkey ? createSoftwareAuthenticator() : undefined;
  if (passkey) await addPasskey(test, made.sub, passkey);
  const code = (later = 0) => codeOf(totp ?? '', ports.now() + later);
  return { id: made.sub, username, email, phone, totp, passkey, code };
}

/** What an authenticator app shows at `at` milliseconds. */
export function codeOf(secret: string, at: number): string {
  return generateSync({ secret, epoch: Math.floor(at / 1000) });
}

export async function addPasskey(
  { ports }: TestPorts,
  accountId: string,
  authenticator: SoftwareAuthenticator,
): Promise<void> {
  const challenge = ports.crypto.token();
  const response = authenticator.register({ challenge: asSent(challenge), origin: ISSUER, rpId: 'localhost' });
  const registered = await ports.passkeys.verifyRegistration(response, challenge);
  if (!registered) throw new Error('the passkey was not registered');
  const held = { id: ports.crypto.uuid(), kind: 'passkey', label: '', ...registered, unsettledUntil: null } as const;
  await ports.store.transaction(async (tx) => {
    await tx.credentials.add(accountId, held);
    await tx.accounts.update(accountId, { boundToSecondFactor: true });
  });
}

/** A challenge as browsers get and answer it. */
export const asSent = (challenge: string): string => Buffer.from(challenge).toString('base64url');

/** An organization with a policy of its own; its id. */
export async function addOrganization(
  { administration, crypto }: TestPorts,
  policy: Policy,
  locale: Locale = 'en',
): Promise<string> {
  const id = `org-${crypto.digits(8)}`;
  await administration.store.transaction((tx) =>
    tx.organizations.create({ id, name: `Organization ${id}`, locale, supportUrl: null }, policy),
  );
  return id;
}
