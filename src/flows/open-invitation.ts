import type { Journey } from '../domain/journey.ts';
import type { Locale } from '../domain/message.ts';
import { type Advanced, type Refused, refused } from './outcome.ts';
import type { Account, OneTimeCode, Ports, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';
import { takeStep } from './take-step.ts';

const ACCEPTING_LASTS_MS = 3_600_000;

export type InvitationPreview = { readonly state: 'open'; readonly account: Account } | { readonly state: 'over' };

/** What the page behind an invitation shows. Reads only. */
export async function previewInvitation(ports: Ports, token: string): Promise<InvitationPreview> {
  const found = await find(ports, token);
  return found ? { state: 'open', account: found.account } : { state: 'over' };
}

/** "Set up my account" was pressed: a journey bound to this browser. The invitation is used up only by its completion (ATTACKS A16). */
export async function openInvitation(
  ports: Ports,
  visitor: Visitor,
  asked: { token: string; locale: Locale },
  browserHash: Buffer,
): Promise<Advanced | Refused<'code-expired' | 'not-asked'>> {
  const found = await find(ports, asked.token);
  if (!found) return refused('code-expired');
  const { account, code } = found;
  const now = ports.now();
  const journey: Journey = await ports.store.journeys.create(
    {
      id: ports.crypto.uuid(),
      kind: 'invitation',
      goal: 'accept-invitation',
      atLeast: null,
      accountId: account.id,
      organizationId: account.organizationId,
      policyVersion: account.policyVersion,
      identifier: account.username,
      interactionUid: null,
      clientId: null,
      request: null,
      locale: asked.locale,
      proofs: [{ kind: 'invitation', at: now, by: code.contactId ?? '' }],
      state: { challenge: ports.crypto.token(), linkCodeId: code.id },
      createdAt: now,
      expiresAt: now + ACCEPTING_LASTS_MS,
    },
    browserHash,
  );
  return takeStep(ports, visitor, journey, account, {});
}

async function find(ports: Ports, token: string): Promise<{ code: OneTimeCode; account: Account } | undefined> {
  const code = await ports.store.codes.findByToken('invitation', ports.crypto.hashToken(token));
  if (!code?.accountId || !code.contactId || code.consumedAt !== null || code.expiresAt <= ports.now())
    return undefined;
  const account = await ports.store.accounts.load(code.accountId);
  if (!account) return undefined;
  const proof = { kind: 'invitation', at: ports.now(), by: code.contactId } as const;
  const verdict = verdictOn(ports, account, { goal: 'accept-invitation', atLeast: null, proofs: [proof] });
  return verdict.verdict === 'allow' ? { code, account } : undefined;
}
