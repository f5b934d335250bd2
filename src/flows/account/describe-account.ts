import type { Locale } from '../../domain/message.ts';
import { readName } from '../administration/identity.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';

const LONGEST_NAME = 100;

/** Names as they were typed; empty ones are none. */
export interface TypedDescription {
  readonly givenName?: string;
  readonly familyName?: string;
  readonly locale?: Locale;
}

export type Described = { readonly outcome: 'described' };

/** What the owner is called, and in which language. Nobody gets in by it, so the session is enough (NIST SP 800-63B-4, 4.1). */
export async function describeAccount(
  ports: Ports,
  owner: Owner,
  typed: TypedDescription,
): Promise<Described | NotAllowed | Refused<'bad-given-name' | 'bad-family-name'>> {
  const givenName = typed.givenName === undefined ? undefined : nameOf(typed.givenName);
  if (givenName === false) return refused('bad-given-name');
  const familyName = typed.familyName === undefined ? undefined : nameOf(typed.familyName);
  if (familyName === false) return refused('bad-family-name');
  const changes = {
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(typed.locale !== undefined && { locale: typed.locale }),
  };
  return inAct(ports, owner, 'describe', async (tx, { account }) => {
    await tx.accounts.update(account.id, changes);
    await tx.audit.append(
      {
        kind: 'account.described',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { fields: Object.keys(changes), ...(typed.locale !== undefined && { language: typed.locale }) },
      },
      owner.visitor,
    );
    return { outcome: 'described' };
  });
}

/** Null: none; false: it cannot be one (ATTACKS A28). Spaces around it are nobody's name. */
function nameOf(typed: string): string | null | false {
  const trimmed = typed.trim();
  return trimmed === '' ? null : (readName(trimmed, LONGEST_NAME) ?? false);
}
