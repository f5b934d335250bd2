import type { Accounts, Crypto, Repositories, Store } from '../flows/ports.ts';
import { accountsOn } from './accounts.ts';
import { activityOn } from './activity.ts';
import { applicationsOn } from './applications.ts';
import { attemptsOn } from './attempts.ts';
import { auditInto, type PendingEvent, writeEvents } from './audit.ts';
import { codeProposalsOn } from './code-proposals.ts';
import { codesOn } from './codes.ts';
import { contactsOn } from './contacts.ts';
import { credentialsOn } from './credentials.ts';
import type { Database } from './database.ts';
import { devicesOn } from './devices.ts';
import { emergencyCodesOn } from './emergency-codes.ts';
import { emergencyRequestsOn } from './emergency-requests.ts';
import type { JobSender } from './job-sender.ts';
import { journeysOn } from './journeys.ts';
import { noticesOn } from './notices.ts';
import { outboxOn } from './outbox.ts';
import { pairingsOn } from './pairings.ts';
import { restoreCodesOn } from './restore-codes.ts';
import { sessionsOn } from './sessions.ts';
import { queueSignals } from './signals.ts';

export interface StoreParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly now: () => number;
  readonly sender: JobSender;
  readonly policyFor: Accounts['policyFor'];
}

function repositoriesOn(db: Database, parts: StoreParts, pending: PendingEvent[]): Repositories {
  const { crypto, now, sender, policyFor } = parts;
  return {
    accounts: accountsOn(db, policyFor),
    credentials: credentialsOn(db, now),
    journeys: journeysOn(db, crypto, now),
    codes: codesOn(db),
    attempts: attemptsOn(db),
    devices: devicesOn(db),
    sessions: sessionsOn(db, crypto, now, sender),
    audit: auditInto(pending, now, (event, at) => queueSignals(db, crypto, sender, event, at)),
    outbox: outboxOn(db, crypto, now, sender),
    contacts: contactsOn(db),
    notices: noticesOn(db),
    activity: activityOn(db),
    restoreCodes: restoreCodesOn(db),
    pairings: pairingsOn(db),
    emergencyCodes: emergencyCodesOn(db),
    codeProposals: codeProposalsOn(db),
    emergencyRequests: emergencyRequestsOn(db),
    applications: applicationsOn(db, crypto, now, sender),
  };
}

/** Runs `work` in one transaction, with its handle for repositories that are not among the `Repositories`. */
export type InTransaction = <T>(work: (tx: Repositories, db: Database) => Promise<T>) => Promise<T>;

/**
 * The `Store` port. Events for the audit log are written right before the commit, since they stand in one line with those
 * of all other transactions. What takes several statements is a transaction of its own when called outside of one. A transaction that
 * PostgreSQL gave up because two stood in each other's way is run anew: nothing of it holds by then.
 */
export function storeOn(parts: StoreParts): { store: Store; inTransaction: InTransaction } {
  const { db, crypto, sender } = parts;
  const runOnce: InTransaction = (work) =>
    db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (trx) => {
        const pending: PendingEvent[] = [];
        const result = await work(repositoriesOn(trx, parts, pending), trx);
        await writeEvents(trx, crypto, pending);
        return result;
      });
  const inTransaction: InTransaction = async (work) => {
    // Before a connection is taken: else callers that hold all of them would wait for one more.
    await sender.ready();
    for (let run = 1; ; run += 1) {
      try {
        return await runOnce(work);
      } catch (error) {
        if (run === MOST_RUNS || !wasInTheWay(error)) throw error;
      }
    }
  };
  const plain = repositoriesOn(db, parts, []);
  const store: Store = {
    ...plain,
    transaction: (work) => inTransaction(work),
    audit: { append: (event, visitor) => inTransaction((tx) => tx.audit.append(event, visitor)) },
    outbox: { send: (message) => inTransaction((tx) => tx.outbox.send(message)) },
    applications: {
      ...plain.applications,
      remove: (accountId, clientId) => inTransaction((tx) => tx.applications.remove(accountId, clientId)),
    },
    sessions: {
      ...plain.sessions,
      end: (uid, accountId) => inTransaction((tx) => tx.sessions.end(uid, accountId)),
      endAll: (accountId) => inTransaction((tx) => tx.sessions.endAll(accountId)),
      endOthers: (accountId, uid) => inTransaction((tx) => tx.sessions.endOthers(accountId, uid)),
      endStandingOn: (accountId, ids) => inTransaction((tx) => tx.sessions.endStandingOn(accountId, ids)),
      endInBrowser: (accountId, hash) => inTransaction((tx) => tx.sessions.endInBrowser(accountId, hash)),
      endByHash: (accountId, hash) => inTransaction((tx) => tx.sessions.endByHash(accountId, hash)),
    },
  };
  return { store, inTransaction };
}

const MOST_RUNS = 4;

/** SQLSTATE 40P01: a deadlock, of which PostgreSQL ends one side. */
function wasInTheWay(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}
