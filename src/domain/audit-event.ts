/** Everything that is written to the audit log. One name per act; details carry what it was about, never a secret. */
export const AUDIT_KINDS = [
  'organization.created',
  'policy.set',
  'client.created',
  'account.created',
  'account.suspended',
  'account.resumed',
  'invitation.sent',
  'invitation.accepted',
  'sign-in.succeeded',
  'sign-in.failed',
  'step-up.succeeded',
  'second-factor.enrolled',
  'second-factor.replaced',
  'password.set',
  'credential.disabled',
  'recovery.begun',
  'recovery.link-sent',
  'recovery.link-opened',
  'recovery.proof-given',
  'recovery.proof-failed',
  'recovery.finished',
  'recovery.refused',
  'sms.sent',
  'message.failed',
  'sessions.ended',
  'signed-out',
  'account.described',
  'account.frozen',
  'account.unfrozen',
  'account.exported',
  'account.closing-asked',
  'account.closing-cancelled',
  'account.closed',
  'username.changed',
  'contact.added',
  'contact.removed',
  'contact.made-primary',
  'contact.refused',
  'second-factor.removed',
  'device.renamed',
  'device.switched-off',
  'device.switched-on',
  'device.blocked',
  'device.signed-out',
  'device.forgotten',
  'access.removed',
  'restore-code.activated',
  'restore-code.replaced',
  'restore-code.viewed',
  'restore-code.removed',
  'restore-code.issued',
  'restore-code.forbidden',
  'restore-code.allowed',
  'emergency-code.made',
  'emergency-code.issued',
  'emergency-code.used',
  'emergency-code.revoked',
  'account.re-registration-required',
  'role.granted',
  'role.revoked',
  'role.asleep',
  'role.confirmed',
  'audit.exported',
  'audit.verified',
  'keys.rotated',
] as const;

export type AuditKind = (typeof AUDIT_KINDS)[number];

/**
 * `actor`: who did it; of an operator `details.operator` is the account. `details`: flat, JSON, no secrets, no codes.
 */
export interface AuditEvent {
  readonly kind: AuditKind;
  readonly accountId?: string;
  readonly organizationId?: string;
  readonly actor: 'user' | 'cli' | 'system' | 'operator';
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}
