import type { AuditKind } from '../../../../domain/audit-event.ts';
import type { LogLine } from '../../../../flows/ports/log.ts';
import type { TextKey, Translate } from '../../../../i18n/translate.ts';
import type { PageContext } from '../../../frame/page.ts';
import { isShownEntry } from '../../account/activity/placed.ts';
import { clientsIn, tell } from '../../account/activity/words.ts';
import { browserName, placeName } from '../../account/names.ts';

/** A line in the reader's words. */
export interface ToldLine {
  readonly what: string;
  readonly lines: readonly string[];
  readonly who: string;
  readonly where: string;
  readonly device: string;
}

/** What owners do not read, or are told in words that are only right for them. */
const OURS: Partial<Record<AuditKind, TextKey>> = {
  'organization.created': 'admin:kind_organization.created',
  'organization.changed': 'organizations:kind_organization.changed',
  'policy.set': 'admin:kind_policy.set',
  'pilot-group.changed': 'self-recovery:kind_pilot-group.changed',
  'client.created': 'admin:kind_client.created',
  'client.changed': 'registered:kind_client.changed',
  'client.secret-rotated': 'registered:kind_client.secret-rotated',
  'client.suspended': 'registered:kind_client.suspended',
  'client.resumed': 'registered:kind_client.resumed',
  'client.removed': 'registered:kind_client.removed',
  'api.added': 'registered:kind_api.added',
  'api.changed': 'registered:kind_api.changed',
  'api.removed': 'registered:kind_api.removed',
  'keys.rotated': 'admin:kind_keys.rotated',
  'account.closed': 'admin:kind_account.closed',
  'account.exported': 'admin:kind_account.exported',
  'restore-code.issued': 'admin:kind_restore-code.issued',
  'emergency-code.issued': 'admin:kind_emergency-code.issued',
  'emergency-code.proposed': 'admin:kind_emergency-code.proposed',
  'emergency-code.withdrawn': 'admin:kind_emergency-code.withdrawn',
  'emergency-request.claimed': 'admin:kind_emergency-request.claimed',
  'message.failed': 'admin:kind_message.failed',
  'audit.exported': 'admin:kind_audit.exported',
  'audit.verified': 'admin:kind_audit.verified',
  'lock-out.exported': 'lock-out:kind_lock-out.exported',
};

/** What a kind is called, as in the list that the log is narrowed by. */
export function kindName(t: Translate, kind: AuditKind): string {
  const own = OURS[kind];
  if (own) return t(own);
  const entry = { seq: 0, at: 0, kind, actor: 'user', ip: null, userAgent: null, details: {} } as const;
  return isShownEntry(entry) ? tell(t, entry, new Map()).what : kind;
}

/** The names of the applications in these lines; one that is gone has none. */
export async function namesIn(
  { clientName }: Pick<PageContext, 'clientName'>,
  lines: readonly LogLine[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const id of clientsIn(lines.flatMap((line) => (isShownEntry(line) ? [line] : []))))
    names.set(id, (await clientName(id)) ?? '');
  return names;
}

export function lineOf(t: Translate, line: LogLine, clients: ReadonlyMap<string, string>): ToldLine {
  const own = OURS[line.kind];
  // By whom stands in a column of its own.
  const told = !own && isShownEntry(line) ? tell(t, { ...line, actor: 'user' }, clients) : undefined;
  const where = placeName(t, line.ip) ?? '';
  return {
    what: told?.what ?? kindName(t, line.kind),
    lines: told?.lines ?? nameOf(line),
    who: whoOf(t, line),
    where: where.charAt(0).toLocaleUpperCase() + where.slice(1),
    device: line.userAgent ? browserName(t, { userAgent: line.userAgent }) : '',
  };
}

/** What an application was called when something was done to it. */
function nameOf({ kind, details: { name } }: LogLine): readonly string[] {
  return kind.startsWith('client.') && typeof name === 'string' ? [name] : [];
}

export function whoOf(t: Translate, { actor, details, username }: LogLine): string {
  const by = typeof details['by'] === 'string' ? details['by'] : '';
  switch (actor) {
    case 'user':
      return username ?? t('admin:actor_user');
    case 'operator':
      return by || t('admin:actor_operator');
    case 'cli':
      return by ? t('admin:actor_cli_by', { by }) : t('admin:actor_cli');
    case 'system':
      return t('admin:actor_system');
  }
}
