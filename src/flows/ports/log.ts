import type { AuditEvent, AuditKind } from '../../domain/audit-event.ts';

/** A line of the audit log as admins read it. */
export interface LogLine {
  readonly seq: number;
  readonly at: number;
  readonly kind: AuditKind;
  readonly accountId: string | null;
  /** Of the account; null: it is about none, or one that is gone. */
  readonly username: string | null;
  readonly organizationId: string | null;
  readonly actor: AuditEvent['actor'];
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly details: NonNullable<AuditEvent['details']>;
}

/** What of the log. `scope`: organizations; null: everything, also what is about none. Times in milliseconds. */
export interface LogQuery {
  readonly scope: readonly string[] | null;
  readonly accountId?: string | undefined;
  readonly actor?: AuditEvent['actor'] | undefined;
  /** The account of the operator who did it. */
  readonly operatorId?: string | undefined;
  readonly kind?: AuditKind | undefined;
  /** Inclusive. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
}

/** Of the whole log; `seq`: the first row that does not fit. */
export type LogState =
  | { readonly ok: true; readonly rows: number }
  | { readonly ok: false; readonly seq: number; readonly why: string };

export interface AuditReader {
  /** Newest first: those before a number, or those right after one. */
  page(
    query: LogQuery & {
      readonly before?: number | undefined;
      readonly after?: number | undefined;
      readonly limit: number;
    },
  ): Promise<readonly LogLine[]>;
  find(scope: LogQuery['scope'], seq: number): Promise<LogLine | undefined>;
  /** All of it, oldest first, read in batches. */
  all(query: LogQuery): AsyncIterable<LogLine>;
  /** Whether the log ends as its sealed head says: two rows are read. */
  end(): Promise<LogState>;
  /** Reads every row: `audit verify`. */
  verify(): Promise<LogState>;
}
