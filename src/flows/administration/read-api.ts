import { isApiIdentifier, isApiScope } from '../../domain/api.ts';
import type { Refused } from '../outcome.ts';
import type { ApiChanges } from '../ports/apis.ts';
import type { ClientRegistry } from '../ports/clients.ts';
import { readName } from './identity.ts';

/** One thing that an API cannot be registered with; `value`: what of it. */
export type WrongInApi =
  | { readonly field: 'name'; readonly why: 'bad-name'; readonly value: string }
  | { readonly field: 'identifier'; readonly why: 'bad-identifier' | 'taken'; readonly value: string }
  | { readonly field: 'scopes'; readonly why: 'bad-scope'; readonly value: string }
  | { readonly field: 'applications'; readonly why: 'unknown-client'; readonly value: string };

export interface WrongApi extends Refused<'wrong'> {
  readonly wrong: readonly WrongInApi[];
}

/**
 * An API's settings as they are kept, each scope and application once, or everything that is wrong with them. Applications are those of the
 * API's own organization.
 */
export async function readApi(
  clients: Pick<ClientRegistry, 'find'>,
  organizationId: string,
  typed: ApiChanges & { readonly identifier: string },
): Promise<ApiChanges | WrongApi> {
  const name = readName(typed.name, 100);
  const scopes = [...new Set(typed.scopes)];
  const applications = [...new Set(typed.applications)];
  const found = await Promise.all(applications.map(async (id) => (await clients.find(id))?.organizationId));
  const wrong: WrongInApi[] = [
    ...(name === undefined ? [{ field: 'name', why: 'bad-name', value: typed.name } as const] : []),
    ...(isApiIdentifier(typed.identifier)
      ? []
      : [{ field: 'identifier', why: 'bad-identifier', value: typed.identifier } as const]),
    ...scopes
      .filter((scope) => !isApiScope(scope))
      .map((value) => ({ field: 'scopes', why: 'bad-scope', value }) as const),
    ...applications
      .filter((_, index) => found[index] !== organizationId)
      .map((value) => ({ field: 'applications', why: 'unknown-client', value }) as const),
  ];
  if (name === undefined || wrong.length > 0) return { outcome: 'refused', reason: 'wrong', wrong };
  const { tokenFormat, minimumAcr } = typed;
  return { name, scopes, tokenFormat, minimumAcr, applications };
}
