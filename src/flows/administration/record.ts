import type { AuditEvent } from '../../domain/audit-event.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Repositories } from '../ports.ts';

/** Why an operator does something, in their own words: for the log. */
export interface Why {
  readonly reason?: string;
}

/** Writes down an administrative act with who did it: the user of the command line and the machine, or the operator and from where. */
export async function record(
  ports: Pick<AdministrationPorts, 'by' | 'operator'>,
  tx: Pick<Repositories, 'audit'>,
  event: Omit<AuditEvent, 'actor'>,
): Promise<void> {
  const { operator, by } = ports;
  const who = operator ? { operator: operator.account.id, by: operator.account.username } : { by };
  const actor = operator ? 'operator' : 'cli';
  await tx.audit.append({ ...event, actor, details: { ...who, ...event.details } }, operator?.visitor);
}
