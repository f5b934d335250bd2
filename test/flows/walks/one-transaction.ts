import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { Client } from 'pg';
import type { AdministrationPorts } from '../../../src/flows/ports/administration.ts';
import type { Limits, Ports } from '../../../src/flows/ports.ts';
import { administrationStoreOn } from '../../../src/store/administration/index.ts';
import { connectionConfig, type Database } from '../../../src/store/database.ts';
import { createJobSender } from '../../../src/store/job-sender.ts';
import { storeOn } from '../../../src/store/repositories.ts';
import type { Schema } from '../../../src/store/schema.ts';
import type { OpenedPorts } from '../../support/ports.ts';

/** The real flows and stores on one connection, for walks of which nothing is to stay. */
export interface OneTransaction {
  readonly ports: Ports;
  readonly administration: AdministrationPorts;
  readonly db: Database;
  /** Everything in `work` happens in one transaction that is rolled back at the end; the transactions of the flows are savepoints in it. */
  undone<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How often one may ask is no question of a policy: tests of their own show the caps, and these walks ask more often than any. */
const UNLIMITED: Limits = { take: async () => true, emptyUntil: async () => undefined };
const SILENT = { warn: () => {}, error: () => {} };

/** On the database and by the clock of `test`. */
export async function oneTransaction(test: OpenedPorts): Promise<OneTransaction> {
  const client = new Client(connectionConfig(test.url));
  await client.connect();
  const db = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driverOn(client),
      createIntrospector: (on) => new PostgresIntrospector(on),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const { crypto, clock } = test;
  const sender = createJobSender(db, SILENT);
  await sender.ready();
  const policyFor = (id: string) => test.ports.store.accounts.policyFor(id);
  const stored = storeOn({ db, crypto, now: () => clock.now, sender, policyFor });
  const ports: Ports = { ...test.ports, store: stored.store, limits: UNLIMITED };
  const store = administrationStoreOn({ ...stored, db, crypto, verifyAudit: test.database.verifyAudit });
  return {
    ports,
    administration: { ...test.administration, ...ports, passwords: () => Promise.resolve(ports.passwords), store },
    db,
    undone: async (work) => {
      const since = clock.now;
      await client.query('begin');
      try {
        return await work();
      } finally {
        await client.query('rollback');
        clock.now = since;
      }
    },
    close: async () => {
      await sender.close();
      await client.end();
    },
  };
}

const WRITES = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'];

/** One connection that plans each statement once: there are a hundred or two, and they come thousands of times. A transaction is a savepoint. */
function driverOn(client: Client): Driver {
  const names = new Map<string, string>();
  const connection: DatabaseConnection = {
    executeQuery: async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
      const name = names.get(sql) ?? `walk-${names.size}`;
      names.set(sql, name);
      const { command, rowCount, rows } = await client.query({ name, text: sql, values: [...parameters] });
      return { rows, ...(WRITES.includes(command) && { numAffectedRows: BigInt(rowCount ?? 0) }) };
    },
    streamQuery: () => {
      throw new Error('nothing is streamed here');
    },
  };
  const say = async (text: string) => {
    await client.query(text);
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: () => say('savepoint flow'),
    commitTransaction: () => say('release savepoint flow'),
    rollbackTransaction: () => say('rollback to savepoint flow'),
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}
