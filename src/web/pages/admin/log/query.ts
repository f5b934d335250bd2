import { AUDIT_KINDS } from '../../../../domain/audit-event.ts';
import { scopeOf } from '../../../../domain/role.ts';
import type { LogQuery } from '../../../../flows/ports/log.ts';
import type { Account } from '../../../../flows/ports.ts';
import { type Desk, may } from '../desk.ts';

export const ACTORS = ['user', 'operator', 'cli', 'system'] as const;
const DAY_MS = 86_400_000;

/** What the log is narrowed by, as it was typed: it stands in the address, and in the form that exports the same. */
export interface Narrowed {
  readonly user: string;
  readonly by: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
}

export interface Understood {
  readonly query: LogQuery;
  /** Fields that nothing could be made of. */
  readonly wrong: readonly ('user' | 'by' | 'kind' | 'from' | 'to')[];
}

/**
 * Reads what was typed. Days are UTC, `to` included. A person is named by username, address or id; `by` is a kind of actor, as the log or the
 * reader's language calls it, or an operator.
 */
export async function understood(desk: Desk, typed: Narrowed): Promise<Understood> {
  const user = await idOf(desk, typed.user, (account) => may(desk, 'see', account));
  const named = typed.by.toLowerCase();
  const actor = ACTORS.find((one) => [one, desk.ctx.t(`admin:actor_${one}`).toLowerCase()].includes(named));
  const kind = AUDIT_KINDS.find((one) => one === typed.kind);
  const operator = actor ? undefined : await idOf(desk, typed.by, ({ roles }) => roles.length > 0);
  const [from, to] = [dayOf(typed.from), dayOf(typed.to)];
  const wrong = [
    ...(typed.user && user === undefined ? (['user'] as const) : []),
    ...(typed.by && !actor && operator === undefined ? (['by'] as const) : []),
    ...(typed.kind && kind === undefined ? (['kind'] as const) : []),
    ...(typed.from && from === undefined ? (['from'] as const) : []),
    ...(typed.to && to === undefined ? (['to'] as const) : []),
  ];
  return {
    query: {
      scope: scopeOf(desk.operator.account.roles, 'admin'),
      accountId: user,
      actor,
      operatorId: operator,
      kind,
      from,
      to: to === undefined ? undefined : to + DAY_MS,
    },
    wrong,
  };
}

/** Somebody who is gone is still found by id. Whether a name is somebody's out of the reader's reach is not told. */
async function idOf(
  { ports }: Desk,
  named: string,
  isToldOf: (account: Account) => boolean,
): Promise<string | undefined> {
  if (named === '') return undefined;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(named)) return named;
  const found = await ports.store.accounts.findByIdentifier(named);
  return found && isToldOf(found) ? found.id : undefined;
}

function dayOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  // 31 February is no day; some would read it as one of March.
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(text) ? undefined : at;
}
