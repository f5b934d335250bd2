import type { Policy } from '../policy.ts';
import type { ProofKind } from '../proof.ts';
import type { Holding } from './account-kind.ts';

/** What somebody can get hold of who is not the owner. */
export const THEFTS = [
  'mailbox',
  'sim',
  'password',
  'unlocked-phone',
  'security-key',
  'restore-code',
  'signed-in-laptop',
  'one-operator',
  'two-operators',
  'database-backup',
] as const;
export type Theft = (typeof THEFTS)[number];

/**
 * What a theft gives into a thief's hands: for each thing that the account holds, which proof. The worse is taken to be true where it is not known:
 *
 * - **A mailbox** is one of the account's addresses, with what lies in it: also the restore code that came by e-mail.
 * - **The SIM card** (swapped, or its codes read) brings the codes by SMS and nothing else.
 * - **An unlocked phone** lies open on a table: its apps, its messages and its mailbox are read. Its passkeys answer, and do not verify who
 *   uses them: neither the fingerprint nor the code of the screen lock is the thief's.
 * - **A signed-in laptop** is left open likewise: a session of its owner's that is no longer fresh, the mailbox, its passkeys without verification.
 * - **An operator** who works for the thief issues what the policy lets operators issue (`issuedBy`); two of them what takes four eyes. Who
 *   is an admin may put another policy in force, so no policy withstands an admin.
 * - **A backup of the database** holds passwords, codes and secrets only as hashes or sealed under a key that is not in it (ATTACKS A29).
 */
export const GIVES: Readonly<Record<Theft, Readonly<Partial<Record<Holding, ProofKind>>>>> = {
  mailbox: { email: 'email-code', 'mailed-restore-code': 'restore-code' },
  sim: { phone: 'sms-code', 'switched-off-phone': 'sms-code' },
  password: { password: 'password' },
  'unlocked-phone': {
    totp: 'totp',
    phone: 'sms-code',
    'switched-off-phone': 'sms-code',
    email: 'email-code',
    'mailed-restore-code': 'restore-code',
    'phone-passkey': 'passkey',
    'synced-passkey': 'passkey',
    'unplaced-passkey': 'passkey',
  },
  'security-key': { 'security-key': 'passkey', 'unplaced-passkey': 'passkey' },
  'restore-code': { 'restore-code': 'restore-code', 'mailed-restore-code': 'restore-code' },
  'signed-in-laptop': {
    email: 'email-code',
    'mailed-restore-code': 'restore-code',
    'computer-passkey': 'passkey',
    'synced-passkey': 'passkey',
    'unplaced-passkey': 'passkey',
  },
  'one-operator': {},
  'two-operators': {},
  'database-backup': {},
};

/** What operators can put into somebody's hands, for an account of any kind. */
export interface Issued {
  readonly emergencyCode: boolean;
  readonly restoreCode: 'none' | 'mailed' | 'told';
}

/**
 * What so many operators who act together may issue by this policy: to the owner who asks for help, or to a thief. Emergency codes that take
 * four eyes need two. Of a restore code the operator sees what is issued.
 */
export function issuedBy({ administration, emergencyCode, restoreCode }: Policy, operators: 0 | 1 | 2): Issued {
  const may = (act: (typeof administration.operatorMay)[number]) =>
    operators > 0 && administration.operatorMay.includes(act);
  const enough = emergencyCode.operator.fourEyes ? 2 : 1;
  const ways = may('issue-restore-code') ? restoreCode.issueBy : [];
  return {
    emergencyCode: may('issue-emergency-code') && operators >= enough,
    restoreCode: ways.some((way) => way !== 'email') ? 'told' : ways.length > 0 ? 'mailed' : 'none',
  };
}

/** How many operators there are among what was stolen. */
export function operatorsAmong(thefts: readonly Theft[]): 0 | 1 | 2 {
  if (thefts.includes('two-operators')) return 2;
  return thefts.includes('one-operator') ? 1 : 0;
}
