/** Why the embedded PostgreSQL cannot be used. `message` is one line for the console; it names what to change. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** The `code` of a system error (`ENOENT`, `EACCES` …) or of a PostgreSQL error (`3D000` …), if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The first line of a program's output that complains (else its last line), without time, program and severity. */
export function complaintIn(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const complaint = lines.find((line) => /(FATAL|PANIC|error):/i.test(line)) ?? lines.at(-1) ?? 'no output';
  return complaint.replace(/^(.*?(FATAL|PANIC|error)|\w+):\s*/i, '').trim();
}
