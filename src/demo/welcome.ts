import type { DemoAccount } from './accounts.ts';

/** What a newcomer reads on the console: where to go and whom to be. */
export function welcome(issuer: string, application: string, inbox: string, accounts: readonly DemoAccount[]): string {
  return `
Regain is running.

  Demo application  ${application}   start here: sign in, then lose your phone
  Inbox             ${inbox}   every e-mail and SMS
  Provider          ${issuer}

Demo accounts (put the secret into any authenticator app)

${accounts.map(person).join('\n')}

Ctrl-C stops everything; the next start finds the data again.

`;
}

function person(account: DemoAccount): string {
  return [
    `  ${account.username} (${account.locale})`,
    `    password              ${account.password ?? 'changed: as you set it'}`,
    `    authenticator secret  ${account.totpSecret ?? 'none: a passkey takes its place'}`,
  ].join('\n');
}
