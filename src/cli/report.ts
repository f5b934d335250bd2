import type { Command } from 'commander';
import type { Addition } from '../domain/check-up.ts';
import { type Cause, DISTANCES, type Distance } from '../domain/lock-out-report.ts';
import type { LockOutReported } from '../flows/administration/report-lock-out.ts';
import { type Answer, answering } from './answer.ts';
import { Complaint } from './complaint.ts';
import { DEFAULT_ORGANIZATION, noOrganization } from './default-organization.ts';

/** `report lockout`. */
export function addReport(program: Command): void {
  program
    .command('report')
    .description('what is true of the accounts that there are')
    .command('lockout')
    .description('who is how far from being locked out, by which loss, and what would help most')
    .option('--org <id>', 'the organization', DEFAULT_ORGANIZATION)
    .action(answering(lockout));
}

async function lockout({ org }: { org: string }): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { reportLockOut } = await import('../flows/administration/report-lock-out.ts');
  return administering(async (ports) => {
    const done = await reportLockOut(ports, org);
    if (done.outcome === 'refused') throw new Complaint(noOrganization(org));
    return { json: jsonOf(org, done), text: linesOf(org, done) };
  });
}

const DISTANCE: Readonly<Record<Distance, string>> = {
  'no-way-back': 'do not get in alone even now',
  'one-loss': 'are one loss away',
  'two-losses': 'are two losses away',
  farther: 'are farther away',
};

const LOST: Readonly<Record<NonNullable<Cause['lost']>, string>> = {
  phone: 'the phone',
  computer: 'the computer with their passkey',
  'security-key': 'the security key',
  'passkey-device': 'the device with their passkey',
  'all-devices': 'all devices at once',
  password: 'the password',
  'restore-code': 'the restore code',
  mailbox: 'the mailbox',
};

const ADDED: Readonly<Record<Addition, string>> = {
  'restore-code': 'a restore code',
  passkey: 'a passkey on another device',
  totp: 'an authenticator app',
  email: 'a second e-mail address',
  phone: 'a phone number',
  password: 'a password',
};

function linesOf(org: string, { policy, accounts, kinds, aside, byDistance, causes }: LockOutReported): string[] {
  const share = (some: number) => (accounts === 0 ? '' : ` (${Math.round((100 * some) / accounts)} %)`);
  const distances = DISTANCES.map((distance) => {
    const some = byDistance[distance];
    return `  ${String(some).padStart(9)}${share(some)} ${DISTANCE[distance]}`;
  });
  const why = causes.map(({ lost, accounts: some, help }) => {
    const what = lost === null ? 'no way back as they are' : `locked out by losing ${LOST[lost]}`;
    const mend = help
      ? `${ADDED[help.add]} would bring that to ${help.left}${share(help.left)}`
      : 'nothing that they could add helps';
    return `  ${String(some).padStart(9)}${share(some)} ${what}: ${mend}`;
  });
  return [
    `${org}, policy "${policy.name}": ${accounts} accounts of ${kinds} kinds; ${aside} suspended or blocked are not looked at`,
    ...distances,
    ...(why.length > 0 ? ['Why, and what helps most', ...why] : []),
  ];
}

function jsonOf(org: string, { policy, accounts, kinds, aside, byDistance, causes }: LockOutReported) {
  return {
    organization: org,
    policy: policy.name,
    accounts,
    kinds,
    not_looked_at: aside,
    no_way_back: byDistance['no-way-back'],
    one_loss: byDistance['one-loss'],
    two_losses: byDistance['two-losses'],
    farther: byDistance.farther,
    causes: causes.map(({ lost, accounts: some, help }) => ({
      lost: lost ?? 'nothing',
      accounts: some,
      ...(help && { add: help.add, left: help.left }),
    })),
  };
}
