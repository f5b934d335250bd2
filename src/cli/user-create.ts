import type { Locale } from '../domain/message.ts';
import { LONGEST_PASSWORD } from '../domain/password-rules.ts';
import type { Policy } from '../domain/policy.ts';
import { type AccountRefusal, type AccountRequest, leastForNew } from '../flows/administration/create-account.ts';
import type { Answer } from './answer.ts';
import { Complaint } from './complaint.ts';
import { noOrganization } from './default-organization.ts';
import { passwordFromStdin } from './password-input.ts';

interface Options {
  readonly username: string;
  readonly email: string;
  readonly emailVerified?: true;
  readonly phone?: string;
  readonly phoneVerified?: true;
  readonly locale?: Locale;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly passwordStdin?: true;
  readonly invite?: true;
  readonly org: string;
}

/** `user create` → `{"sub"}`. */
export async function create(options: Options): Promise<Answer> {
  if (options.phoneVerified && options.phone === undefined) throw new Complaint('--phone-verified needs --phone', 2);
  const password = options.passwordStdin ? await passwordFromStdin() : undefined;
  const { administering } = await import('./open.ts');
  const { createAccount } = await import('../flows/administration/create-account.ts');
  return administering(async (ports) => {
    const done = await createAccount(ports, requestFrom(options, password));
    if (done.outcome === 'refused') {
      const inForce = await ports.store.policies.inForce(options.org);
      throw new Complaint(why(done.reason, options, inForce?.policy));
    }
    const invited = options.invite ? [`An invitation goes to ${options.email}.`] : [];
    return { json: { sub: done.sub }, text: [`sub  ${done.sub}`, ...invited] };
  });
}

function requestFrom(options: Options, password: string | undefined): AccountRequest {
  const { phone, locale, givenName, familyName } = options;
  return {
    username: options.username,
    email: options.email,
    organizationId: options.org,
    emailVerified: options.emailVerified === true,
    phoneVerified: options.phoneVerified === true,
    invite: options.invite === true,
    ...(phone === undefined ? {} : { phone }),
    ...(locale === undefined ? {} : { locale }),
    ...(givenName === undefined ? {} : { givenName }),
    ...(familyName === undefined ? {} : { familyName }),
    ...(password === undefined ? {} : { password }),
  };
}

function why(reason: AccountRefusal, options: Options, policy: Policy | undefined): string {
  const name = '1 to 100 printable characters without spaces at its ends';
  const least = policy ? leastForNew(policy) : 8;
  const lines: Record<AccountRefusal, string> = {
    'bad-username': '--username takes 1 to 64 printable characters without spaces at its ends',
    'username-is-an-email': `--username is ${options.username}, which may be somebody's e-mail address: it takes one only if it is that of --email`,
    'bad-email': `--email is ${options.email}; it takes an e-mail address`,
    'bad-phone': `--phone is ${options.phone}; it takes a number in international notation that can receive SMS: +41…`,
    'bad-given-name': `--given-name takes ${name}`,
    'bad-family-name': `--family-name takes ${name}`,
    'unknown-organization': noOrganization(options.org),
    'not-allowed': noOrganization(options.org),
    'username-taken': `the username ${options.username} is taken`,
    'email-taken': `the e-mail address ${options.email} belongs to another account`,
    'too-short': `the password is too short: it takes at least ${least} characters`,
    'too-long': `the password is too long: it takes at most ${LONGEST_PASSWORD} characters`,
    common: 'the password is among the most common or breached ones: anybody would try it',
    'about-you': 'the password is the name or address of this user, or of Regain',
  };
  return lines[reason];
}
