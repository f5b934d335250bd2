import type { LockOutDays } from '../../flows/ports/lock-out-days.ts';
import type { Database } from '../database.ts';

/** The `LockOutDays` port. */
export function lockOutDaysOn(db: Database): LockOutDays {
  return {
    async since(organizationId, from) {
      const rows = await db
        .selectFrom('lock_out_days')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('day', '>=', from)
        .orderBy('day')
        .execute();
      return rows.map((row) => ({
        day: row.day,
        byDistance: {
          'no-way-back': row.no_way_back,
          'one-loss': row.one_loss,
          'two-losses': row.two_losses,
          farther: row.farther,
        },
      }));
    },
    async uncounted(day, limit) {
      const rows = await db
        .selectFrom('organizations')
        .leftJoin('lock_out_days', (join) =>
          join.onRef('lock_out_days.organization_id', '=', 'organizations.id').on('lock_out_days.day', '=', day),
        )
        .select('organizations.id')
        .where('lock_out_days.day', 'is', null)
        .orderBy('organizations.id')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    async keep(organizationId, { day, byDistance }) {
      await db
        .insertInto('lock_out_days')
        .values({
          organization_id: organizationId,
          day,
          no_way_back: byDistance['no-way-back'],
          one_loss: byDistance['one-loss'],
          two_losses: byDistance['two-losses'],
          farther: byDistance.farther,
        })
        .onConflict((conflict) => conflict.columns(['organization_id', 'day']).doNothing())
        .execute();
    },
  };
}
