import { AUDIT_KINDS, type AuditKind } from '../../../../domain/audit-event.ts';
import type { ActivityEntry } from '../../../../flows/ports.ts';

/** What the list may be narrowed to. */
export const GROUPS = ['sign-ins', 'failed-tries', 'recoveries', 'changes', 'messages'] as const;
export type Group = (typeof GROUPS)[number];

/** What it means when the owner says that it was not them, and what to do then: `activity:advice_…`. */
export type Advice =
  | 'guess'
  | 'password-known'
  | 'mail-asked'
  | 'mailbox'
  | 'signed-in'
  | 'signed-out'
  | 'organization'
  | 'automatic';

interface Place {
  readonly groups: readonly Group[];
  readonly icon: string;
  readonly advice: Advice;
}

const place = (icon: string, advice: Advice, ...groups: readonly Group[]): Place => ({ icon, advice, groups });

/** Where each kind of the audit log stands in an owner's activity; null: it means nothing to them, or nobody is left to read it. */
export const PLACED = {
  'organization.created': null,
  'organization.changed': null,
  'policy.set': null,
  'pilot-group.changed': null,
  'client.created': null,
  'client.changed': null,
  'client.secret-rotated': null,
  'client.suspended': null,
  'client.resumed': null,
  'client.removed': null,
  'api.added': null,
  'api.changed': null,
  'api.removed': null,
  'keys.rotated': null,
  'account.closed': null,
  'emergency-request.claimed': null,
  'emergency-code.proposed': null,
  'emergency-code.withdrawn': null,
  'audit.exported': null,
  'audit.verified': null,
  'lock-out.exported': null,

  'sign-in.succeeded': place('log-in', 'signed-in', 'sign-ins'),
  'step-up.succeeded': place('shield-check', 'signed-in', 'sign-ins'),
  'signed-out': place('log-out', 'signed-out', 'sign-ins'),
  'sessions.ended': place('log-out', 'automatic', 'sign-ins'),

  'sign-in.failed': place('circle-x', 'guess', 'failed-tries'),
  'recovery.proof-failed': place('circle-x', 'mailbox', 'failed-tries', 'recoveries'),
  'recovery.refused': place('circle-x', 'mailbox', 'failed-tries', 'recoveries'),
  'credential.disabled': place('shield-off', 'guess', 'failed-tries', 'changes'),

  'recovery.begun': place('life-buoy', 'mail-asked', 'recoveries'),
  'recovery.link-sent': place('mail', 'mail-asked', 'recoveries'),
  'recovery.link-opened': place('mail-open', 'mailbox', 'recoveries'),
  'recovery.proof-given': place('check', 'mailbox', 'recoveries'),
  'recovery.finished': place('life-buoy', 'signed-in', 'recoveries', 'changes'),

  'account.created': place('user', 'organization', 'changes'),
  'account.suspended': place('shield-off', 'organization', 'changes'),
  'account.resumed': place('shield-check', 'organization', 'changes'),
  'account.re-registration-required': place('shield-off', 'organization', 'changes'),
  'role.granted': place('shield-check', 'organization', 'changes'),
  'role.revoked': place('shield-off', 'organization', 'changes'),
  'role.asleep': place('clock', 'automatic', 'changes'),
  'role.confirmed': place('shield-check', 'organization', 'changes'),
  'invitation.accepted': place('user', 'signed-in', 'changes'),
  'second-factor.enrolled': place('plus', 'signed-in', 'changes'),
  'second-factor.replaced': place('refresh-cw', 'signed-in', 'changes'),
  'second-factor.removed': place('trash-2', 'signed-in', 'changes'),
  'password.set': place('key-round', 'signed-in', 'changes'),
  'account.described': place('pencil', 'signed-in', 'changes'),
  'account.frozen': place('shield-off', 'automatic', 'changes'),
  'account.unfrozen': place('shield-check', 'automatic', 'recoveries', 'changes'),
  'account.exported': place('download', 'signed-in', 'changes'),
  'account.closing-asked': place('clock', 'signed-in', 'changes'),
  'account.closing-cancelled': place('undo-2', 'signed-in', 'changes'),
  'username.changed': place('pencil', 'signed-in', 'changes'),
  'contact.added': place('plus', 'signed-in', 'changes'),
  'contact.removed': place('trash-2', 'signed-in', 'changes'),
  'contact.made-primary': place('pencil', 'signed-in', 'changes'),
  'contact.refused': place('circle-x', 'mail-asked', 'failed-tries', 'changes'),
  'device.renamed': place('pencil', 'signed-in', 'changes'),
  'device.switched-off': place('power-off', 'signed-in', 'changes'),
  'device.switched-on': place('power', 'signed-in', 'changes'),
  'device.blocked': place('ban', 'signed-in', 'changes'),
  'device.signed-out': place('log-out', 'signed-in', 'changes'),
  'device.forgotten': place('trash-2', 'signed-in', 'changes'),
  'access.removed': place('trash-2', 'signed-in', 'changes'),
  'access.reused': place('shield-off', 'automatic', 'changes'),
  'pairing.begun': place('qr-code', 'signed-in', 'changes'),
  'pairing.claimed': place('smartphone', 'signed-in', 'changes'),
  'pairing.confirmed': place('smartphone', 'signed-in', 'changes'),
  'pairing.over': place('circle-x', 'automatic', 'changes'),
  'restore-code.activated': place('file-key', 'signed-in', 'changes'),
  'restore-code.replaced': place('refresh-cw', 'signed-in', 'changes'),
  'restore-code.viewed': place('eye', 'signed-in', 'changes'),
  'restore-code.removed': place('trash-2', 'signed-in', 'changes'),
  'restore-code.issued': place('file-key', 'organization', 'changes'),
  'restore-code.forbidden': place('ban', 'organization', 'changes'),
  'restore-code.allowed': place('file-key', 'organization', 'changes'),

  'emergency-request.filed': place('life-buoy', 'mail-asked', 'recoveries'),
  'emergency-request.refused': place('ban', 'organization', 'recoveries'),
  'emergency-request.stopped': place('ban', 'mailbox', 'recoveries'),
  'emergency-request.aged': place('clock', 'automatic', 'recoveries'),
  'emergency-code.made': place('life-buoy', 'password-known', 'recoveries', 'changes'),
  'emergency-code.issued': place('life-buoy', 'organization', 'changes'),
  'emergency-code.used': place('life-buoy', 'password-known', 'sign-ins', 'recoveries'),
  'emergency-code.revoked': place('trash-2', 'signed-in', 'changes'),

  'invitation.sent': place('mail', 'organization', 'messages'),
  'sms.sent': place('message-square', 'password-known', 'messages'),
  'contact.code-sent': place('mail', 'signed-in', 'messages'),
  'message.failed': place('mail-x', 'automatic', 'messages'),
} as const satisfies Readonly<Record<AuditKind, Place | null>>;

/** What an owner sees. */
export type Shown = { [Kind in AuditKind]: (typeof PLACED)[Kind] extends null ? never : Kind }[AuditKind];
export type ShownEntry = ActivityEntry & { readonly kind: Shown };

export const isShown = (kind: AuditKind): kind is Shown => PLACED[kind] !== null;

/** For narrowing what was read: an entry of the log that an owner sees. */
export const isShownEntry = (entry: ActivityEntry): entry is ShownEntry => isShown(entry.kind);

/** The kinds of one group, or all that an owner sees. */
export function kindsOf(group: Group | undefined): readonly Shown[] {
  return AUDIT_KINDS.filter(isShown).filter((kind) => group === undefined || groupsOf(kind).includes(group));
}

/** A group by its name in an address; undefined: all of them. */
export function groupNamed(name: string | undefined): Group | undefined {
  return GROUPS.find((group) => group === name);
}

const groupsOf = (kind: Shown): readonly Group[] => PLACED[kind].groups;

/** What to say of this entry when it was not the owner. */
export function adviceOn({ kind, actor, details }: ShownEntry): Advice {
  if (actor === 'cli' || actor === 'operator') return 'organization';
  const { method, reason, during } = details;
  if (kind === 'sms.sent' && (during === 'recovery' || details['for'] !== undefined))
    return during === 'recovery' ? 'mailbox' : 'signed-in';
  if (kind === 'recovery.proof-failed' && method === 'email-code') return 'mail-asked';
  if (kind === 'contact.refused' && reason === 'wrong-code') return 'signed-in';
  const afterPassword = method === 'totp' || method === 'sms-code' || isTurnedAway(reason);
  if (kind === 'sign-in.failed' && afterPassword) return 'password-known';
  return PLACED[kind].advice;
}

/** Who was turned away had proven to be this person. */
const isTurnedAway = (reason: unknown): boolean => reason === 'account-suspended' || reason === 'other-organization';

/** The notice that "This wasn't me" contests, where there is one: all that one act was told by contest the whole of it. */
export function noticeOf({ kind, details }: ShownEntry): string | undefined {
  // Who was frozen has said so already (the notice in it is what was contested); that it is over cannot be contested.
  if (kind === 'account.frozen' || kind === 'account.unfrozen') return undefined;
  const all = Array.isArray(details['notices']) ? details['notices'] : [details['notice']];
  // The first of the way back says that it is over. The others are there where it may be contested.
  const [first] = details['goal'] === 'lift-freeze' ? all.slice(1) : all;
  return typeof first === 'string' ? first : undefined;
}
