import { randomInt } from 'node:crypto';
import { generateSync } from 'otplib';
import { createAccount } from '../../src/flows/administration/create-account.ts';
import { enrolTotpByCli } from '../../src/flows/administration/enrol-totp-by-cli.ts';
import type { AdministrationPorts } from '../../src/flows/ports/administration.ts';
import type { Clock } from './clock.ts';

export interface PersonWish {
  readonly locale?: 'en' | 'fr';
  readonly phone?: false;
  readonly totp?: false;
}

/** Somebody with an account, and what they have at hand. */
export interface Person {
  readonly sub: string;
  readonly username: string;
  readonly email: string;
  readonly phone: string;
  readonly password: string;
  readonly authenticator: Authenticator | undefined;
}

/** An authenticator app. Regain takes a code once, and that of the step before too: so an older and a newer one at any time. */
export interface Authenticator {
  readonly secret: string;
  /** The code of the step before this one; the clock is moved on where it would be too old on arrival. */
  earlier(): string;
  code(): string;
  /** What was read last, once more. */
  again(): string;
}

const STEP = 30_000;
const ON_THE_WAY = 5_000;

export function authenticator(secret: string, clock: Clock): Authenticator {
  let last = '';
  const at = (milliseconds: number) => {
    last = generateSync({ secret, epoch: Math.floor(milliseconds / 1000) });
    return last;
  };
  const earlier = () => {
    const left = STEP - (clock.now() % STEP);
    if (left < ON_THE_WAY) clock.skip(left);
    return at(clock.now() - STEP);
  };
  return { secret, earlier, code: () => at(clock.now()), again: () => last };
}

let count = 0;

export async function createPerson(ports: AdministrationPorts, clock: Clock, wish: PersonWish): Promise<Person> {
  count += 1;
  const username = `person${count}-${randomInt(1e9)}`;
  const email = `${username}@example.org`;
  const phone = `+336123${String(randomInt(100_000)).padStart(5, '0')}`;
  const password = `violet harbour ${randomInt(1e9)}`;
  const created = await createAccount(ports, {
    username,
    email,
    emailVerified: true,
    phoneVerified: wish.phone !== false,
    ...(wish.phone === false ? {} : { phone }),
    givenName: 'Éloïse',
    familyName: 'O’Neill',
    locale: wish.locale ?? 'en',
    organizationId: 'default',
    password,
    invite: false,
  });
  if (created.outcome === 'refused') throw new Error(created.reason);
  const totp = wish.totp === false ? undefined : await enrolTotpByCli(ports, username);
  if (totp?.outcome === 'refused') throw new Error(totp.reason);
  return {
    sub: created.sub,
    username,
    email,
    phone,
    password,
    authenticator: totp && authenticator(totp.secret, clock),
  };
}
