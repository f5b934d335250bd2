import { daysUpTo } from '../../../../domain/figures.ts';
import { scopeOf } from '../../../../domain/role.ts';
import type { Organization } from '../../../../flows/ports/provider.ts';
import type { Desk } from '../desk.ts';

export const RANGES = [7, 30, 90] as const;
const USUAL = 30;

/** What the dashboard is asked for: a number of days, one organization or all that the operator looks into, one way of recovering or all. */
export interface Asked {
  readonly range: (typeof RANGES)[number];
  /** Midnights (UTC), the oldest first. */
  readonly days: readonly number[];
  readonly scope: readonly string[] | null;
  /** Those that there are to choose from. */
  readonly organizations: readonly Organization[];
  readonly organization: string | undefined;
  readonly route: string | undefined;
}

/** Reads the address; what is not to be had there is as if it had not been asked for. */
export async function askedOf({ ctx, ports, operator }: Desk): Promise<Asked> {
  const range = RANGES.find((days) => String(days) === ctx.query('days')) ?? USUAL;
  const whole = scopeOf(operator.account.roles);
  const all = await ports.store.organizations.all();
  const organizations = all.filter(({ id }) => whole === null || whole.includes(id));
  const organization = organizations.find(({ id }) => id === ctx.query('organization'))?.id;
  return {
    range,
    days: daysUpTo(ports.now(), range),
    scope: organization === undefined ? whole : [organization],
    organizations,
    organization,
    route: ctx.query('route'),
  };
}
