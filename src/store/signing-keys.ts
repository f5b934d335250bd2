import { createHash, generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import { type Selectable, sql } from 'kysely';
import type { SigningKey, SigningKeys } from '../flows/ports/provider.ts';
import type { Crypto } from '../flows/ports.ts';
import type { Changes } from './changes.ts';
import type { Database } from './database.ts';
import { remembered } from './remembered.ts';
import type { SigningKeyRow } from './schema.ts';

type Algorithm = SigningKey['alg'];
const ALGORITHMS: readonly Algorithm[] = ['ES256', 'RS256'];
const RSA_BITS = 2048;

/** The provider's private keys, sealed in the database, kept in memory until a node changes them. */
export function signingKeysOn(db: Database, crypto: Crypto, now: () => number, changes: Changes): SigningKeys {
  const all = remembered(changes, ['keys'], () => db.selectFrom('signing_keys').selectAll().execute());
  const publishedOf = (rows: readonly Selectable<SigningKeyRow>[], at: number) =>
    rows
      .filter((row) => row.retired_at === null || row.retired_at > at)
      .map((row): SigningKey => {
        const jwk: JsonWebKey = JSON.parse(crypto.open(row.sealed, contextOf(row.kid)));
        return {
          kid: row.kid,
          alg: row.alg,
          state: stateOf(row, rows, at),
          jwk: { ...jwk },
          createdAt: row.created_at,
          activeFrom: row.active_from,
          retiredAt: row.retired_at,
        };
      })
      .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.activeFrom - a.activeFrom);

  /** Runs alone in the whole installation; reads what the one before has left. */
  async function change(work: (trx: Database, rows: Selectable<SigningKeyRow>[]) => Promise<void>): Promise<void> {
    await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('regain:signing-keys', 0))`.execute(trx);
      await work(trx, await trx.selectFrom('signing_keys').selectAll().execute());
    });
    all.forget();
  }

  return {
    onChange: (listener) => changes.onChange(listener),
    async published(at) {
      const rows = await all.get('all');
      if (rows && rows.length > 0) return publishedOf(rows, at);
      await change(async (trx, present) => {
        if (present.length === 0) await insertKeys(trx, crypto, now(), at);
      });
      return publishedOf((await all.get('all')) ?? [], at);
    },
    async rotate(activeFrom, retireOldAt) {
      if (retireOldAt < activeFrom) throw new Error('old keys cannot retire before the new ones sign');
      await change(async (trx) => {
        await trx
          .updateTable('signing_keys')
          .set({ retired_at: sql<number>`greatest(active_from, ${retireOldAt})` })
          .where('retired_at', 'is', null)
          .execute();
        await insertKeys(trx, crypto, now(), activeFrom);
      });
      return publishedOf((await all.get('all')) ?? [], now());
    },
  };
}

const ORDER: readonly SigningKey['state'][] = ['current', 'next', 'retired'];

/** The newest key of an algorithm that may sign is the one that does. */
function stateOf(
  row: Selectable<SigningKeyRow>,
  rows: readonly Selectable<SigningKeyRow>[],
  at: number,
): SigningKey['state'] {
  if (row.active_from > at) return 'next';
  const newer = rows.some((other) => other.alg === row.alg && other.active_from <= at && isNewer(other, row));
  return newer ? 'retired' : 'current';
}

function isNewer(a: Selectable<SigningKeyRow>, b: Selectable<SigningKeyRow>): boolean {
  return a.active_from !== b.active_from ? a.active_from > b.active_from : a.kid > b.kid;
}

async function insertKeys(db: Database, crypto: Crypto, createdAt: number, activeFrom: number): Promise<void> {
  for (const alg of ALGORITHMS) {
    const jwk = await newKey(alg);
    const kid = thumbprint(jwk);
    await db
      .insertInto('signing_keys')
      .values({
        kid,
        alg,
        sealed: crypto.seal(JSON.stringify({ ...jwk, kid, alg, use: 'sig' }), contextOf(kid)),
        created_at: createdAt,
        active_from: activeFrom,
      })
      .execute();
  }
}

const generate = promisify(generateKeyPair);

async function newKey(alg: Algorithm): Promise<JsonWebKey> {
  const pair =
    alg === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: RSA_BITS });
  return pair.privateKey.export({ format: 'jwk' });
}

/** RFC 7638: the required public members in order, as SHA-256. */
function thumbprint({ kty, crv, x, y, e, n }: JsonWebKey): string {
  const members = kty === 'EC' ? { crv, kty, x, y } : { e, kty, n };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

function contextOf(kid: string): string {
  return `signing-key:${kid}`;
}
