import { type Selectable, sql } from 'kysely';
import { type KeyTimes, SIGNING_ALGORITHMS, type SigningAlgorithm, stateOfKey } from '../domain/signing-key.ts';
import type { ExternalSigner, SigningKey, SigningKeys } from '../flows/ports/provider.ts';
import type { Crypto } from '../flows/ports.ts';
import type { Changes } from './changes.ts';
import type { Database } from './database.ts';
import { newSigningKey } from './new-signing-key.ts';
import { remembered } from './remembered.ts';
import type { SigningKeyRow } from './schema.ts';

type Row = Selectable<SigningKeyRow>;

export interface SigningKeyParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly now: () => number;
  readonly changes: Changes;
  /** Where new private keys are made and kept; undefined: sealed in the database. */
  readonly signer?: ExternalSigner | undefined;
}

/** The provider's keys in the database, the private ones sealed, kept in memory until a node changes them. */
export function signingKeysOn({ db, crypto, now, changes, signer }: SigningKeyParts): SigningKeys {
  const all = remembered(changes, ['keys'], () => db.selectFrom('signing_keys').selectAll().execute());
  const publishedOf = (rows: readonly Row[], at: number) => {
    const times = rows.map(timesOf);
    return rows
      .flatMap((row): SigningKey[] => {
        const state = stateOfKey(timesOf(row), times, at);
        return state === 'gone' ? [] : [{ ...keyFrom(row), state }];
      })
      .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.activeFrom - a.activeFrom);
  };

  function keyFrom(row: Row): Omit<SigningKey, 'state'> {
    const jwk: Record<string, unknown> = JSON.parse(crypto.open(row.sealed, contextOf(row.kid)));
    const { reference, alg } = row;
    return {
      ...timesOf(row),
      jwk,
      createdAt: row.created_at,
      ...(reference !== null && {
        sign: async (data) => {
          if (!signer) throw new Error(`key ${row.kid} is kept by an external signer, and none is there`);
          return signer.sign({ reference, alg }, data);
        },
      }),
    };
  }

  /** Runs alone in the whole installation; reads what the one before has left. */
  async function change<T>(work: (trx: Database, rows: Row[]) => Promise<T>): Promise<T> {
    const done = await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('regain:signing-keys', 0))`.execute(trx);
      return work(trx, await trx.selectFrom('signing_keys').selectAll().execute());
    });
    all.forget();
    return done;
  }

  async function insert(trx: Database, algorithms: readonly SigningAlgorithm[], activeFrom: number): Promise<string[]> {
    const made = await Promise.all(algorithms.map(async (alg) => ({ alg, ...(await newSigningKey(alg, signer)) })));
    const rows = made.map(({ kid, alg, jwk, reference }) => ({
      kid,
      alg,
      reference,
      sealed: crypto.seal(JSON.stringify(jwk), contextOf(kid)),
      created_at: now(),
      active_from: activeFrom,
    }));
    await trx.insertInto('signing_keys').values(rows).execute();
    return rows.map(({ kid }) => kid);
  }

  return {
    onChange: (listener) => changes.onChange(listener),
    async published(at) {
      const rows = await all.get('all');
      if (rows && lackingIn(rows).length === 0) return publishedOf(rows, at);
      await change(async (trx, present) => {
        const lacking = lackingIn(present);
        // Nothing was ever signed by these, so no cache knows less than the key set says: they sign at once.
        if (lacking.length > 0) await insert(trx, lacking, at);
      });
      return publishedOf((await all.get('all')) ?? [], at);
    },
    async rotate(activeFrom, retireOldAt, due = () => true) {
      if (retireOldAt < activeFrom) throw new Error('old keys cannot retire before the new ones sign');
      const made = await change(async (trx, rows) => {
        if (!due(rows.map(timesOf))) return [];
        await trx
          .updateTable('signing_keys')
          .set({ retired_at: sql<number>`greatest(active_from, ${retireOldAt})` })
          .where('retired_at', 'is', null)
          .execute();
        return insert(trx, SIGNING_ALGORITHMS, activeFrom);
      });
      const published = publishedOf((await all.get('all')) ?? [], now());
      return published.filter(({ kid }) => made.includes(kid));
    },
  };
}

const ORDER: readonly SigningKey['state'][] = ['current', 'next', 'retired'];

function timesOf({ kid, alg, active_from, retired_at }: Row): KeyTimes {
  return { kid, alg, activeFrom: active_from, retiredAt: retired_at };
}

function lackingIn(rows: readonly Row[]): SigningAlgorithm[] {
  return SIGNING_ALGORITHMS.filter((alg) => !rows.some((row) => row.alg === alg));
}

function contextOf(kid: string): string {
  return `signing-key:${kid}`;
}
