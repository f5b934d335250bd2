import type { AccountClaims, KoaContextWithOIDC, Account as ProviderAccount } from 'oidc-provider';
import type { Account, Accounts } from '../flows/ports.ts';

/** An account as oidc-provider holds it during a request; `record` is ours, for the checks. */
export interface FoundAccount extends ProviderAccount {
  readonly record: Account;
}

/**
 * The account behind `sub`. Undefined for one that is suspended, frozen or gone: sessions then lead to the sign-in page, refresh tokens to
 * `invalid_grant`, access tokens to 401 (ASVS 7.4.2, A20).
 */
export async function findAccount(accounts: Pick<Accounts, 'load'>, sub: string): Promise<FoundAccount | undefined> {
  const record = await accounts.load(sub);
  if (!record || record.suspendedAt !== null || record.frozenAt !== null) return undefined;
  return { accountId: record.id, record, claims: (use, scope, asked) => claimsFor(record, use, scope, asked) };
}

/** The account of the running request, if it may be used. */
export function accountOf(ctx: KoaContextWithOIDC): Account | undefined {
  const account = ctx.oidc.account;
  return account && isFound(account) ? account.record : undefined;
}

function isFound(account: ProviderAccount): account is FoundAccount {
  return typeof account['record'] === 'object' && account['record'] !== null;
}

/** Claims by scope: OIDC Core 5.4, and our own. `sub` has none that the person could change. */
export const CLAIMS = {
  openid: ['sub', 'acr', 'amr', 'auth_time', 'urn:regain:recovered_at'],
  profile: ['name', 'given_name', 'family_name', 'locale', 'preferred_username'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  recovery: ['urn:regain:recovered_at'],
};

/**
 * An ID token carries no personal data but what the claims parameter asks for, also where its access token is for an API and opens no userinfo: it
 * travels in addresses as `id_token_hint`.
 */
function claimsFor(
  account: Account,
  use: string,
  scope: string,
  asked: Readonly<Record<string, unknown>>,
): AccountClaims {
  const { sub, ...known } = claimsOf(account, scope);
  if (use !== 'id_token') return { sub, ...known };
  const told = Object.entries(known).filter(([name]) => name in asked || ABOUT_THE_SIGN_IN.has(name));
  return { sub, ...Object.fromEntries(told) };
}

const ABOUT_THE_SIGN_IN = new Set(['urn:regain:recovered_at']);

/**
 * Everything that is known; oidc-provider keeps what scope and claims parameter ask for. Names that are not known are left
 * out (5.3.2). When the account was recovered is told in scope `recovery` only, there also in the ID token.
 */
function claimsOf(account: Account, scope: string): AccountClaims {
  const name = [account.givenName, account.familyName].filter((part) => part !== null).join(' ');
  const email = contact(account, 'email');
  const phone = contact(account, 'phone');
  const recovered = account.recoveredAt !== null && scope.split(' ').includes('recovery') ? account.recoveredAt : null;
  return {
    sub: account.id,
    preferred_username: account.username,
    locale: account.locale,
    ...(name && { name }),
    ...(account.givenName !== null && { given_name: account.givenName }),
    ...(account.familyName !== null && { family_name: account.familyName }),
    ...(email && { email: email.value, email_verified: email.verifiedAt !== null }),
    ...(phone && { phone_number: phone.value, phone_number_verified: phone.verifiedAt !== null }),
    ...(recovered !== null && { 'urn:regain:recovered_at': Math.floor(recovered / 1000) }),
  };
}

/** The primary contact point of its kind, else a verified one, else any. */
function contact(account: Account, kind: 'email' | 'phone'): Account['contacts'][number] | undefined {
  const all = account.contacts.filter((held) => held.kind === kind);
  return all.find((held) => held.primary) ?? all.find((held) => held.verifiedAt !== null) ?? all[0];
}
