import { mayAdminister } from '../../domain/role.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { asTarget } from './on-account.ts';

/** Longer than any policy; in characters (UTF-16 units). */
const LONGEST_TEXT = 40_000;

export type DraftRefusal = 'not-allowed' | 'too-long' | 'changed-meanwhile' | 'unknown-organization';

/**
 * Keeps what an admin is at work on, with faults and all: nothing of it is in force, so it takes no fresh sign-in. `seen`: how often the draft that
 * the page showed had been saved (0: there was none); another window of the same admin is not written over. `anew`: it begins again from the
 * policy in force.
 */
export async function saveDraft(
  { store, operator, now }: AdministrationPorts,
  organizationId: string,
  { text, seen, anew = false }: { readonly text: string; readonly seen: number; readonly anew?: boolean },
): Promise<{ readonly outcome: 'saved' } | Refused<DraftRefusal>> {
  if (!operator || !mayWrite(operator, organizationId)) return refused('not-allowed');
  if (text.length > LONGEST_TEXT) return refused('too-long');
  const inForce = await store.policies.inForce(organizationId);
  if (!inForce) return refused('unknown-organization');
  const before = await store.drafts.of(organizationId, operator.account.id);
  const basedOn = anew || !before ? inForce.version : before.basedOn;
  const draft = { text, basedOn, seen, at: now() };
  const saved = await store.drafts.save(organizationId, operator.account.id, draft);
  return saved ? { outcome: 'saved' } : refused('changed-meanwhile');
}

/** Throws the admin's own draft away. */
export async function discardDraft(
  { store, operator }: AdministrationPorts,
  organizationId: string,
): Promise<{ readonly outcome: 'discarded' } | Refused<'not-allowed'>> {
  if (!operator || !mayWrite(operator, organizationId)) return refused('not-allowed');
  await store.drafts.remove(organizationId, operator.account.id);
  return { outcome: 'discarded' };
}

function mayWrite({ account }: NonNullable<AdministrationPorts['operator']>, organizationId: string): boolean {
  return mayAdminister(asTarget(account), 'change-policy', { organizationId }, []).verdict === 'allow';
}
