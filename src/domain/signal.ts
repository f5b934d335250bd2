import type { AuditEvent, AuditKind } from './audit-event.ts';

const RISC = 'https://schemas.openid.net/secevent/risc/event-type';
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type';

const CHANGE_REQUIRED = `${RISC}/account-credential-change-required`;
const PURGED = `${RISC}/account-purged`;
const DISABLED = `${RISC}/account-disabled`;
const ENABLED = `${RISC}/account-enabled`;
const ACTIVATED = `${RISC}/recovery-activated`;
const INFORMATION = `${RISC}/recovery-information-changed`;
const REVOKED = `${CAEP}/session-revoked`;
const CREDENTIAL = `${CAEP}/credential-change`;
const ASSURANCE = `${CAEP}/assurance-level-change`;

/** Of the framework itself (Shared Signals Framework 1.0, 8.1.4): always sent, never asked for. */
export const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

/** What applications can be told (OpenID RISC Profile 1.0, CAEP 1.0). */
export const SIGNAL_EVENTS = [
  CHANGE_REQUIRED,
  PURGED,
  DISABLED,
  ENABLED,
  ACTIVATED,
  INFORMATION,
  REVOKED,
  CREDENTIAL,
  ASSURANCE,
] as const;
export type SignalEvent = (typeof SIGNAL_EVENTS)[number];

/** One thing to tell, and its claims beside the subject. */
export interface Signal {
  readonly event: SignalEvent;
  readonly claims: Readonly<Record<string, string | number>>;
}

type Told = (event: AuditEvent, at: number) => readonly Signal[];
type Draft = (event: AuditEvent) => readonly Signal[];

/** What the applications of an account are told of an event of the audit log at `at` (milliseconds). */
export const signalsOf: Told = (event, at) =>
  SIGNALS[event.kind](event).map(({ event: name, claims }) => ({
    event: name,
    // RISC events have no such member (RISC Profile 1.0, 2).
    claims: name.startsWith(CAEP) ? { ...claims, event_timestamp: Math.floor(at / 1000) } : claims,
  }));

const nothing: Draft = () => [];
const recoveryInformation: Draft = (event) => [signal(event, INFORMATION)];
const endedWith: Draft = (event) =>
  Number(event.details?.['sessions_ended'] ?? 0) > 0 ? [signal(event, REVOKED)] : [];

/** Every act and what it means to applications. The end of one session is told by back-channel logout, since a signal is about the account. */
const SIGNALS: Readonly<Record<AuditKind, Draft>> = {
  'organization.created': nothing,
  'organization.changed': nothing,
  'policy.set': nothing,
  'pilot-group.changed': nothing,
  'client.created': nothing,
  'client.changed': nothing,
  'client.secret-rotated': nothing,
  'client.suspended': nothing,
  'client.resumed': nothing,
  'client.removed': nothing,
  'api.added': nothing,
  'api.changed': nothing,
  'api.removed': nothing,
  'account.created': nothing,
  'account.suspended': (event) => [signal(event, DISABLED), signal(event, REVOKED)],
  'account.resumed': (event) => [signal(event, ENABLED)],
  'invitation.sent': nothing,
  'invitation.accepted': nothing,
  'sign-in.succeeded': nothing,
  'sign-in.failed': nothing,
  'step-up.succeeded': nothing,
  'second-factor.enrolled': (event) => [changed(event, 'create', event.details?.['factor'])],
  'second-factor.replaced': (event) => [changed(event, 'update', event.details?.['factor'])],
  'password.set': (event) => [changed(event, 'update', 'password'), ...endedWith(event)],
  'credential.disabled': (event) => [changed(event, 'revoke', event.details?.['method'])],
  'recovery.begun': nothing,
  'recovery.link-sent': nothing,
  'recovery.link-opened': nothing,
  'recovery.proof-given': nothing,
  'recovery.proof-failed': nothing,
  'recovery.finished': ofRecovery,
  'recovery.refused': nothing,
  'sms.sent': nothing,
  'message.failed': nothing,
  'sessions.ended': (event) => (event.actor === 'system' ? [] : [signal(event, REVOKED)]),
  'signed-out': nothing,
  'account.described': nothing,
  'account.frozen': (event) => [signal(event, DISABLED, { reason: 'hijacking' }), signal(event, REVOKED)],
  'account.unfrozen': (event) => [signal(event, ENABLED)],
  'account.exported': nothing,
  'account.closing-asked': nothing,
  'account.closing-cancelled': nothing,
  'account.closed': (event) => [signal(event, PURGED)],
  'username.changed': nothing,
  'contact.added': recoveryInformation,
  'contact.removed': recoveryInformation,
  'contact.made-primary': recoveryInformation,
  'contact.code-sent': nothing,
  'contact.refused': nothing,
  'second-factor.removed': (event) => ofDevice(event, 'delete'),
  'device.renamed': nothing,
  'device.switched-off': (event) => ofDevice(event, 'revoke'),
  'device.switched-on': nothing,
  'device.blocked': (event) => ofDevice(event, 'revoke'),
  'device.signed-out': nothing,
  'device.forgotten': nothing,
  'access.removed': nothing,
  'access.reused': nothing,
  'restore-code.activated': recoveryInformation,
  'restore-code.replaced': recoveryInformation,
  'restore-code.viewed': nothing,
  'restore-code.removed': recoveryInformation,
  'restore-code.issued': recoveryInformation,
  'restore-code.forbidden': nothing,
  'restore-code.allowed': nothing,
  'pairing.begun': nothing,
  'pairing.claimed': nothing,
  'pairing.confirmed': nothing,
  'pairing.over': nothing,
  'emergency-code.made': (event) => [signal(event, ACTIVATED)],
  'emergency-request.filed': nothing,
  'emergency-request.claimed': nothing,
  'emergency-request.refused': nothing,
  'emergency-request.stopped': nothing,
  'emergency-request.aged': nothing,
  'emergency-code.proposed': nothing,
  'emergency-code.withdrawn': nothing,
  'emergency-code.issued': (event) => [signal(event, ACTIVATED)],
  'emergency-code.used': nothing,
  'emergency-code.revoked': endedWith,
  'account.re-registration-required': (event) => [signal(event, CHANGE_REQUIRED), signal(event, REVOKED)],
  'role.granted': nothing,
  'role.revoked': nothing,
  'role.asleep': nothing,
  'role.confirmed': nothing,
  'audit.exported': nothing,
  'audit.verified': nothing,
  'lock-out.exported': nothing,
  'keys.rotated': nothing,
};

/** The new credentials, the end of every session, and that nothing above one proof stands for now (docs/decisions/0006). */
function ofRecovery(event: AuditEvent): readonly Signal[] {
  const set = event.details?.['set'];
  const kinds = Array.isArray(set) ? set : [];
  const level = { namespace: 'urn:regain:acr', current_level: 'urn:regain:acr:1' };
  return [
    signal(event, ACTIVATED),
    ...kinds.map((kind) => changed(event, 'update', kind)),
    signal(event, REVOKED),
    signal(event, ASSURANCE, level),
  ];
}

type Change = 'create' | 'update' | 'revoke' | 'delete';

/** Of a device that was acted on; a browser is no credential, and its sessions' end is told otherwise. */
function ofDevice(event: AuditEvent, change: Change): readonly Signal[] {
  const what = event.details?.['what'];
  return what === 'browser' ? [] : [changed(event, change, what), ...endedWith(event)];
}

/** CAEP 1.0, 3.3: of its own names of credentials where one fits. */
function changed(event: AuditEvent, change: Change, kind: unknown): Signal {
  const type = (typeof kind === 'string' && CREDENTIAL_TYPES[kind]) || 'app';
  return signal(event, CREDENTIAL, { credential_type: type, change_type: change });
}

const CREDENTIAL_TYPES: Readonly<Record<string, string>> = {
  password: 'password',
  totp: 'app',
  passkey: 'fido2-roaming',
  'passkey-uv': 'fido2-roaming',
  phone: 'phone-sms',
};

const WHO = { user: 'user', operator: 'admin', cli: 'admin', system: 'system' } as const;

function signal(event: AuditEvent, name: SignalEvent, claims: Signal['claims'] = {}): Signal {
  return { event: name, claims: name.startsWith(CAEP) ? { initiating_entity: WHO[event.actor], ...claims } : claims };
}
