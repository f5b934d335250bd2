/** Who is at the other end of this request: for limits, notices and the audit log. */
export interface Visitor {
  readonly ip: string;
  readonly userAgent: string;
  /** SHA-256 of the browser's long-lived device cookie. */
  readonly deviceHash: Buffer | null;
}
