/** What an organization may let its operators do; the rest is for admins, and `see` for both. */
export const OPERATOR_ACTS = [
  'see-contacts',
  'suspend',
  'resume',
  'end-sessions',
  'unpair',
  're-register',
  'forbid-restoring',
  'create',
  'invite',
  'issue-restore-code',
  'issue-emergency-code',
] as const;
export type OperatorAct = (typeof OPERATOR_ACTS)[number];

/**
 * What operators and admins do in their console. `see`: find accounts and look at them; `see-contacts`: addresses and numbers in full;
 * `see-log`, `export-log`: the audit log; `see-report`: the lock-out report, and its export; `see-recovery`: how ready
 * the accounts are for recovering by themselves; `see-clients`: applications. All others change something. `create-organization` is about the whole
 * installation, as is from which address e-mails come.
 */
export const ADMIN_ACTS = [
  'see',
  ...OPERATOR_ACTS,
  'confirm-role',
  'change-roles',
  'see-log',
  'export-log',
  'see-report',
  'see-recovery',
  'switch-recovery',
  'see-clients',
  'change-clients',
  'change-policy',
  'change-organization',
  'create-organization',
] as const;
export type AdminAct = (typeof ADMIN_ACTS)[number];

/** A help desk as most have it: it takes away and sends codes that the policy allows; what opens a new way in for good is an admin's. */
export const USUAL_OPERATOR_ACTS: readonly OperatorAct[] = [
  'suspend',
  'resume',
  'end-sessions',
  'unpair',
  'invite',
  'issue-restore-code',
  'issue-emergency-code',
];
