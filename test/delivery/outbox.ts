import type { AuditEvent } from '../../src/domain/audit-event.ts';
import type { Message } from '../../src/domain/message.ts';
import type { OutboxRecords } from '../../src/flows/ports/jobs.ts';
import type { AuditLog } from '../../src/flows/ports.ts';

/** An outbox in memory that behaves as the port says; `state` is what stands in each row. */
export function memoryOutbox() {
  const rows = new Map<string, Message>();
  const state = new Map<string, string>();
  const records: OutboxRecords = {
    open: async (id) => rows.get(id),
    markSent: async (id) => {
      rows.delete(id);
      state.set(id, 'sent');
    },
    markFailed: async (id, reason, final) => {
      if (final) rows.delete(id);
      state.set(id, final ? `failed: ${reason}` : `waiting: ${reason}`);
    },
  };
  return {
    records,
    state,
    put: (id: string, message: Message) => {
      rows.set(id, message);
    },
  };
}

export function memoryAudit(): AuditLog & { readonly events: readonly AuditEvent[] } {
  const events: AuditEvent[] = [];
  return {
    events,
    append: async (event) => {
      events.push(event);
    },
  };
}
