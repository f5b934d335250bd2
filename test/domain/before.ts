import { type Act, beforeContest } from '../../src/domain/contest.ts';
import type { CredentialKind, CredentialState } from '../../src/domain/credential.ts';
import type { NoticeKind } from '../../src/domain/notice.ts';
import { NOW } from './account.ts';

/** Accounts with contested acts, in words. */
export interface Secret {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly state: CredentialState;
  readonly lostAt: number | null;
  readonly removedFrom?: CredentialState;
}
export const secret = (id: string, state: CredentialState = 'active', lostAt: number | null = null): Secret => ({
  id,
  kind: id.startsWith('password') ? 'password' : id.startsWith('passkey') ? 'passkey' : 'totp',
  state,
  lostAt,
});
export const act = (kind: NoticeKind, more: Partial<Act & { contested: boolean }> = {}) => ({
  kind,
  at: NOW,
  used: ['password', 'totp'],
  added: [],
  removed: [],
  contested: false,
  ...more,
});
export const HELD = {
  contacts: [{ id: 'email' }, { id: 'phone' }],
  formerContacts: [] as { id: string; vetoUntil: number }[],
  bound: true,
};
export const before = (credentials: Secret[], acts: ReturnType<typeof act>[], more: Partial<typeof HELD> = {}) => {
  const found = beforeContest({ ...HELD, ...more, credentials }, acts);
  return {
    credentials: found.credentials.map(({ id, state }) => `${id} ${state}`),
    contacts: found.contacts.map(({ id }) => id),
    former: found.formerContacts.map(({ id }) => id),
    contested: found.contested,
  };
};
