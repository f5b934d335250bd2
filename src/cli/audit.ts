import type { Command } from 'commander';
import type { AuditEntry } from '../store/audit-read.ts';
import { type Answer, answering, isoTime, jsonText, plain, wantsJson } from './answer.ts';
import { parseSince } from './since.ts';
import { noUser } from './user-acts.ts';

interface Options {
  readonly user?: string;
  readonly since?: number;
}

/** `audit` and `audit verify`. */
export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('the audit log, oldest first')
    .option('--user <username-or-email>', 'only what concerns this user')
    .option('--since <time>', 'only from then on: 2026-11-22, 2026-11-22T08:00:00Z, 24h, 7d', (text) =>
      parseSince(text),
    )
    .action(async function print(this: Command, options: Options) {
      await printLog(options, wantsJson(this));
    });
  audit
    .command('verify')
    .description('check that nothing was removed from the log or altered')
    .action(answering(verify));
}

/** Written row by row: a log of years does not fit into memory. With `--json` it is one object all the same. */
async function printLog({ user, since }: Options, json: boolean): Promise<void> {
  const { administering } = await import('./open.ts');
  const { findAccount } = await import('../flows/administration/find-account.ts');
  await administering(async (ports, database) => {
    const account = user === undefined ? undefined : await findAccount(ports, user);
    if (user !== undefined && !account) throw noUser(user);
    const filter = { ...(account ? { accountId: account.id } : {}), ...(since === undefined ? {} : { since }) };
    let separator = '';
    if (json) await write('{"events":[');
    for await (const entry of database.readAudit(filter)) {
      await write(json ? `${separator}${jsonText(entryJson(entry))}` : `${plain(entryLine(entry))}\n`);
      separator = ',';
    }
    if (json) await write(']}\n');
  });
}

/** Waits while the reader of a pipe is slow. */
async function write(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  process.stdout.once('drain', resolve);
  await promise;
}

function entryJson(entry: AuditEntry) {
  return {
    seq: entry.seq,
    at: isoTime(entry.at),
    kind: entry.kind,
    sub: entry.accountId,
    organization: entry.organizationId,
    actor: entry.actor,
    ip: entry.ip,
    user_agent: entry.userAgent,
    details: entry.details,
  };
}

function entryLine(entry: AuditEntry): string {
  const details = Object.entries(entry.details).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const about = entry.accountId ?? entry.organizationId ?? '-';
  return [entry.seq, isoTime(entry.at), entry.kind, about, entry.actor, entry.ip || '-', ...details].join('  ');
}

async function verify(): Promise<Answer> {
  const { administering } = await import('./open.ts');
  return administering(async (_ports, database) => {
    const verdict = await database.verifyAudit();
    if (verdict.ok) {
      return { json: { ok: true, rows: verdict.rows }, text: [`The audit log is whole: ${verdict.rows} rows.`] };
    }
    return {
      json: { ok: false, first_bad: verdict.seq, why: verdict.why },
      text: [],
      complaint: `the audit log was tampered with: row ${verdict.seq} is the first that does not fit (${verdict.why})`,
    };
  });
}
