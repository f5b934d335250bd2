import { isUuid, sha256 } from './text.ts';

/** What may stand in a payload of oidc-provider, as far as the store has columns for it. */
interface Marks {
  readonly accountId?: unknown;
  readonly clientId?: unknown;
  readonly grantId?: unknown;
  readonly sessionUid?: unknown;
  readonly uid?: unknown;
  readonly userCode?: unknown;
  readonly session?: { readonly accountId?: unknown; readonly uid?: unknown };
  readonly result?: { readonly login?: { readonly accountId?: unknown } };
  readonly params?: { readonly client_id?: unknown };
}

export interface RecordKeys {
  readonly accountId: string | null;
  readonly clientId: string | null;
  readonly grantId: Buffer | null;
  readonly sessionUid: Buffer | null;
  readonly userCode: Buffer | null;
}

/**
 * The columns by which a record is found again when things are ended. An interaction belongs to the account that is to be
 * signed in by its result, else to the one whose session it began in; it is no part of a grant.
 */
export function keysOf(model: string, id: string, payload: Marks): RecordKeys {
  const account = payload.accountId ?? payload.result?.login?.accountId ?? payload.session?.accountId;
  const grant = model === 'Grant' ? id : model === 'Interaction' ? undefined : payload.grantId;
  const session = model === 'Session' ? payload.uid : (payload.sessionUid ?? payload.session?.uid);
  const client = payload.clientId ?? payload.params?.client_id;
  return {
    accountId: isUuid(account) ? account : null,
    clientId: typeof client === 'string' ? client : null,
    grantId: hashed(grant),
    sessionUid: hashed(session),
    userCode: hashed(payload.userCode),
  };
}

function hashed(value: unknown): Buffer | null {
  return typeof value === 'string' ? sha256(value) : null;
}

/** What a record's payload is sealed for: the row itself. */
export function recordContext(model: string, idHash: Buffer): string {
  return `oidc:${model}:${idHash.toString('hex')}`;
}
