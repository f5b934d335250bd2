import { usernameKey } from '../domain/email-address.ts';
import type { Journey } from '../domain/journey.ts';
import type { Locale } from '../domain/message.ts';
import type { RecoveryGoal } from '../domain/policy.ts';
import type { Proof } from '../domain/proof.ts';
import { chooseGoal } from './choose-goal.ts';
import { type Advanced, type Refused, refused } from './outcome.ts';
import type { Account, OneTimeCode, Ports, Visitor } from './ports.ts';
import { type RecoveryOptions, recoveryOptions } from './recovery-options.ts';

export type LinkPreview =
  | { readonly state: 'open'; readonly account: Account; readonly options: RecoveryOptions }
  /** Its time is over, or a recovery was completed with it: a new one can be asked for. */
  | { readonly state: 'over' }
  | { readonly state: 'unknown' };

/** What the page behind an e-mailed link shows. Reads only: a scanner may fetch it as often as it likes (ATTACKS A9). */
export async function previewRecoveryLink(ports: Ports, token: string, own: Journey | undefined): Promise<LinkPreview> {
  const found = await findLink(ports, token);
  if (found.state !== 'open') return found;
  const { code, account } = found;
  const proofs = [...provenBefore(own, code, account), proofOf(code, ports.now())];
  return { state: 'open', account, options: recoveryOptions(ports, account, proofs) };
}

export type OpenedLink = (Advanced & { readonly elsewhere: boolean }) | Refused<'code-expired' | 'not-asked'>;

/**
 * A button on that page was pressed: the mailbox is proven to this browser, and the goal chosen. In a browser that asked for this
 * account, its journey goes on (and back to the application), also by the link of an e-mail before the last one; in another one a
 * new journey of its own begins, bound to that browser.
 * The link is not used up: only a completion or its time ends it. `browserHash`: of the new secret that the browser gets when it
 * comes through, so that nobody who knew the one before can walk along (ATTACKS A18).
 */
export async function openRecoveryLink(
  ports: Ports,
  visitor: Visitor,
  asked: { token: string; goal: RecoveryGoal; locale: Locale; own: Journey | undefined },
  browserHash: Buffer,
): Promise<OpenedLink> {
  const found = await findLink(ports, asked.token);
  if (found.state !== 'open') return refused('code-expired');
  const { code, account } = found;
  const proof = proofOf(code, ports.now());
  const proofs = [...provenBefore(asked.own, code, account), proof];
  if (!recoveryOptions(ports, account, proofs).open.some(({ goal }) => goal === asked.goal))
    return refused('not-asked');
  const here = asked.own && isFor(asked.own, code, account) ? asked.own : undefined;
  const lasts = account.policy.lifetimes.recovery * 1000;

  const journey = await ports.store.transaction(async (tx) => {
    // Behind a completion that is under way: the link may have ended with it.
    await tx.accounts.loadForUpdate(account.id);
    const still = await tx.codes.findByToken('recovery-link', ports.crypto.hashToken(asked.token));
    if (!still || still.consumedAt !== null) return 'ended';
    await tx.audit.append(
      {
        kind: 'recovery.link-opened',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { journey: here?.id ?? 'new', by: 'link' },
      },
      visitor,
    );
    const expiresAt = ports.now() + lasts;
    if (here) return tx.journeys.advance(here, { proofs, accountId: account.id, expiresAt, browserHash });
    const begun = newJourney(ports, account, proof, asked.locale, expiresAt);
    return tx.journeys.create({ ...begun, ...(code.journeyId && { origin: code.journeyId }) }, browserHash);
  });
  if (journey === 'ended') return refused('code-expired');
  if (!journey) return refused('not-asked');
  const chosen = await chooseGoal(ports, visitor, journey, asked.goal);
  return chosen.outcome === 'advanced' ? { ...chosen, elsewhere: here === undefined } : chosen;
}

/** Whether the journey that this browser began is the one of the link, or another one for the same account. */
function isFor(own: Journey, code: OneTimeCode, account: Account): boolean {
  if (own.completedAt !== null) return false;
  // Without an account where a full cap sent nothing: then by the name that was typed.
  const names = [account.username, ...account.contacts.map((contact) => contact.value)].map(usernameKey);
  return (
    own.id === code.journeyId ||
    (own.accountId === null && names.includes(usernameKey(own.identifier))) ||
    own.accountId === account.id
  );
}

/** The restore code that was typed in this browser before: another one has to be asked for it. */
function provenBefore(own: Journey | undefined, code: OneTimeCode, account: Account): readonly Proof[] {
  return own && isFor(own, code, account) ? own.proofs.filter(({ kind }) => kind === 'restore-code') : [];
}

function newJourney(
  ports: Ports,
  account: Account,
  proof: Proof,
  locale: Locale,
  expiresAt: number,
): Omit<Journey, 'version' | 'completedAt'> {
  return {
    id: ports.crypto.uuid(),
    kind: 'recovery',
    goal: null,
    atLeast: null,
    accountId: account.id,
    organizationId: account.organizationId,
    policyVersion: account.policyVersion,
    identifier: account.username,
    interactionUid: null,
    clientId: null,
    request: null,
    locale,
    proofs: [proof],
    state: { challenge: ports.crypto.token() },
    createdAt: ports.now(),
    expiresAt,
  };
}

type Found = { state: 'open'; code: OneTimeCode; account: Account } | { state: 'over' } | { state: 'unknown' };

async function findLink(ports: Ports, token: string): Promise<Found> {
  const code = await ports.store.codes.findByToken('recovery-link', ports.crypto.hashToken(token));
  if (!code) return { state: 'unknown' };
  if (code.consumedAt !== null || code.expiresAt <= ports.now() || !code.accountId || !code.contactId)
    return { state: 'over' };
  const account = await ports.store.accounts.load(code.accountId);
  return account && account.suspendedAt === null ? { state: 'open', code, account } : { state: 'over' };
}

function proofOf(code: OneTimeCode, now: number): Proof {
  return { kind: 'email-code', at: now, by: code.contactId ?? '' };
}
