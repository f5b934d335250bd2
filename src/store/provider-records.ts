import { sql } from 'kysely';
import type { ProviderRecords } from '../flows/ports/provider.ts';
import type { Crypto } from '../flows/ports.ts';
import type { Database } from './database.ts';
import { keysOf, recordContext } from './oidc-keys.ts';
import { sha256 } from './text.ts';

/**
 * The records of oidc-provider: every id as SHA-256, every payload sealed for its row. `consume` is one conditional UPDATE
 * (ATTACKS A38); what belongs to a session that was ended from outside cannot be written any more (`put_oidc_record`).
 */
export function providerRecordsOn(db: Database, crypto: Crypto, now: () => number): ProviderRecords {
  const find = async (model: string, by: 'id' | 'session_uid' | 'user_code', value: string) => {
    const row = await db
      .selectFrom('oidc_records')
      .select(['id', 'payload', 'consumed_at'])
      .where('model', '=', model)
      .where(by, '=', sha256(value))
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now())]))
      .limit(1)
      .executeTakeFirst();
    if (!row) return undefined;
    const payload: Record<string, unknown> = JSON.parse(crypto.open(row.payload, recordContext(model, row.id)));
    return row.consumed_at === null ? payload : { ...payload, consumed: Math.floor(row.consumed_at / 1000) };
  };

  return {
    find: (model, id) => find(model, 'id', id),
    findByUid: (model, uid) => find(model, 'session_uid', uid),
    findByUserCode: (model, userCode) => find(model, 'user_code', userCode),
    async upsert(model, id, payload, expiresInSeconds) {
      const hash = sha256(id);
      const keys = keysOf(model, id, payload);
      const sealed = crypto.seal(JSON.stringify(payload), recordContext(model, hash));
      const expiresAt = expiresInSeconds === undefined ? null : now() + Math.round(expiresInSeconds * 1000);
      await sql`select put_oidc_record(${model}, ${hash}, ${sealed}, ${keys.accountId}, ${keys.clientId}, ${keys.grantId},
        ${keys.sessionUid}, ${keys.userCode}, ${expiresAt})`.execute(db);
    },
    async consume(model, id) {
      const at = now();
      const { numUpdatedRows } = await db
        .updateTable('oidc_records')
        .set({ consumed_at: at })
        .where('model', '=', model)
        .where('id', '=', sha256(id))
        .where('consumed_at', 'is', null)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async destroy(model, id) {
      await db.deleteFrom('oidc_records').where('model', '=', model).where('id', '=', sha256(id)).execute();
    },
    async revokeByGrantId(grantId) {
      await db.deleteFrom('oidc_records').where('grant_id', '=', sha256(grantId)).execute();
    },
  };
}
