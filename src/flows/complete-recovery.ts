import { recoveryAssurance } from '../domain/assurance.ts';
import type { Journey } from '../domain/journey.ts';
import type { NoticeKind } from '../domain/notice.ts';
import { isAuthenticator } from '../domain/proof.ts';
import type { Effect, Verdict } from '../domain/verdict.ts';
import { announce } from './announce.ts';
import { voidEmergencyCodes } from './new-emergency-code.ts';
import { type NewRestoreCode, newRestoreCode } from './new-restore-code.ts';
import { type Finished, type Gains, type Receipt, type Refused, refused } from './outcome.ts';
import type { Account, Ports, Repositories, Visitor } from './ports.ts';
import { recordSleep } from './record-sleep.ts';
import { isSecondFactor, type Replaced, replaceCredentials, type SecondFactor } from './replace-credentials.ts';
import { underItsPolicy, verdictOn } from './standing.ts';
import { undoContested } from './undo-contested.ts';

/**
 * The end of a recovery, in one transaction (SPEC T8): decides once more under a lock on the account, then the new credential
 * in, the old ones out, sessions, grants, tokens, open journeys and links ended, a closing that was asked for cancelled, the audit row, the
 * messages to everyone who should know. An abandoned recovery never gets here and has changed nothing.
 */
export async function completeRecovery(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  gains: Gains,
): Promise<Finished | Refused<'not-asked'>> {
  const now = ports.now();
  return ports.store.transaction(async (tx) => {
    const found = journey.accountId ? await tx.accounts.loadForUpdate(journey.accountId) : undefined;
    if (!found) return refused('not-asked');
    const account = underItsPolicy(ports, found, journey);
    const verdict = verdictOn(ports, account, journey);
    if (verdict.verdict !== 'allow' || !brings(gains, verdict.effects)) return refused('not-asked');
    if (!(await tx.journeys.complete(journey, now))) return refused('not-asked');

    const restored = await spendRestoreCode(ports, tx, account, journey, verdict.effects);
    const beside = verdict.effects.includes('add-second-factor');
    const replaced = await replaceCredentials(ports, tx, account, gains, visitor, { beside });
    const lifts = verdict.effects.includes('undo-contested');
    const undone = lifts ? await undoContested(tx, account, now) : undefined;
    // Whoever has just proven more needs none, and one that somebody else asked for dies (ATTACKS A19).
    await voidEmergencyCodes(tx, account.id, now);
    const { sessions } = await tx.sessions.endAll(account.id);
    await tx.journeys.endOthers(account.id, journey.id, now);
    await tx.codes.endAll(account.id, ['recovery-link', 'recovery-code', 'sms', 'invitation', 'new-contact'], now);
    await tx.accounts.update(account.id, { recoveredAt: now, ...(gains.factor ? { boundToSecondFactor: true } : {}) });
    await tx.devices.forgetOthers(account.id, visitor.deviceHash);
    if (visitor.deviceHash && (gains.factor || lifts))
      await tx.devices.remember(account.id, visitor.deviceHash, visitor, now);
    // Whoever has walked the way back may have done so in the browser that was contested: it is the owner's (docs/decisions/0008).
    if (visitor.deviceHash && lifts) await tx.devices.unblock(account.id, visitor.deviceHash, account.frozenAt ?? now);

    const opens =
      verdict.effects.includes('open-recovered-session') &&
      !(visitor.deviceHash && (await tx.devices.isBlocked(account.id, visitor.deviceHash)));
    // Only the password counts on from here: what came through mailbox and SIM is no factor of a session (DESIGN rule 7).
    if (opens)
      await tx.sessions.recordProofs(
        journey.id,
        account.id,
        journey.proofs.filter((proof) => proof.kind === 'password'),
        visitor,
      );
    const removed = replaced.removed.filter(isSecondFactor);
    if (account.closesAt !== null) await tx.accounts.update(account.id, { closesAt: null });
    await record(ports, tx, account, journey, verdict, { ...replaced, restored }, visitor);
    return {
      outcome: 'finished',
      journey,
      account,
      ...(opens ? { session: recoveryAssurance(journey.proofs) } : {}),
      receipt: {
        ...receiptOf(account, gains, removed, sessions),
        ...(beside && { kept: account.credentials.filter(isSecondFactor).map(({ kind, label }) => ({ kind, label })) }),
        ...(undone && { undone }),
        ...(restored && { code: restored.code }),
      },
    };
  });
}

/** What the page brought must be exactly what the verdict's effects need. */
function brings(gains: Gains, effects: readonly Effect[]): boolean {
  return (
    effects.includes('set-password') === (gains.passwordHash !== undefined) &&
    effects.some((effect) => effect === 'replace-second-factors' || effect === 'add-second-factor') ===
      (gains.factor !== undefined)
  );
}

/**
 * The restore code that was used is nothing any more, and where the policy offers codes a new one is shown in its place (NIST REC-15): it waits to
 * be typed back, and opens no other recovery before its time (ATTACKS A35). Where only operators give them, they give the next one too. The account is locked and `verdict` saw the code, so nobody else can have
 * spent it: a fault, which takes everything back (ATTACKS A14).
 */
async function spendRestoreCode(
  ports: Ports,
  tx: Repositories,
  account: Account,
  journey: Journey,
  effects: readonly Effect[],
): Promise<NewRestoreCode | undefined> {
  if (!effects.includes('spend-restore-code')) return undefined;
  const now = ports.now();
  const used = journey.proofs.find(({ kind, by }) => kind === 'restore-code' && by === account.restoreCode?.id);
  if (!used || !(await tx.restoreCodes.spend(account.id, used.by, now)))
    throw new Error('a restore code was spent behind the lock on its account');
  if (!account.policy.restoreCode.offered) return undefined;
  const unsettledUntil = now + account.policy.lifetimes.settling * 1000;
  const made = newRestoreCode(ports, account, { issuedBy: 'owner', unsettledUntil });
  await tx.restoreCodes.propose(account.id, { ...made.row, journeyId: journey.id });
  return made;
}

type Changed = Replaced & { readonly restored: NewRestoreCode | undefined };

async function record(
  ports: Ports,
  tx: Repositories,
  account: Account,
  journey: Journey,
  { route, effects }: Extract<Verdict, { verdict: 'allow' }>,
  replaced: Changed,
  visitor: Visitor,
): Promise<void> {
  const about = { accountId: account.id, organizationId: account.organizationId, actor: 'user' } as const;
  const changed = {
    used: journey.proofs.map(({ by }) => by),
    added: [...replaced.added, ...(replaced.restored ? [replaced.restored.row] : [])].map(({ id }) => id),
    removed: replaced.removed.map(({ id }) => id),
  };
  const told = new Map<NoticeKind, string>();
  // Each tells of all that was changed: whichever is contested, the whole recovery is.
  for (const kind of noticesOf(account, journey, replaced, effects))
    told.set(kind, await announce(ports, tx, account, { kind, visitor, ...changed }));
  const kinds = {
    proofs: journey.proofs.map(({ kind }) => kind),
    set: replaced.added.map(({ kind }) => kind),
    lost: replaced.removed.map(({ kind }) => kind),
  };
  const details = { journey: journey.id, goal: journey.goal, route, ...changed, ...kinds, notices: [...told.values()] };
  await tx.audit.append({ ...about, kind: 'recovery.finished', details }, visitor);
  if (effects.includes('undo-contested')) await tx.audit.append({ ...about, kind: 'account.unfrozen' }, visitor);
  if (account.closesAt !== null) {
    const notice = told.get('closing-cancelled');
    const cancelled = { journey: journey.id, ...(notice !== undefined && { notice }) };
    await tx.audit.append({ ...about, kind: 'account.closing-cancelled', details: cancelled }, visitor);
  }
  await recordSleep(tx, account);
}

/**
 * The way back has the last word only where it was walked with an app or a passkey. Without one it is a recovery like others, which can be
 * contested, and is counted (docs/decisions/0008).
 */
function noticesOf(
  { closesAt }: Account,
  { proofs }: Journey,
  { added }: Replaced,
  effects: readonly Effect[],
): NoticeKind[] {
  const lifts = effects.includes('undo-contested');
  const final = lifts && proofs.some(({ kind }) => isAuthenticator(kind));
  const beside = effects.includes('add-second-factor');
  const factor = beside ? 'second-factor-added' : 'second-factor-replaced';
  const set = added.map(({ kind }) => (kind === 'password' ? 'password-reset' : factor));
  // Whoever wanted it closed asks again: a thief may have, and the owner come back by this. The last word leaves nothing to contest.
  const kept = closesAt !== null && !final ? (['closing-cancelled'] as const) : [];
  return [...(lifts ? (['account-unfrozen'] as const) : []), ...(final ? [] : set), ...kept];
}

function receiptOf(account: Account, gains: Gains, removed: readonly SecondFactor[], sessionsEnded: number): Receipt {
  const factor = gains.factor?.kind;
  return {
    set: [...(gains.passwordHash ? (['password'] as const) : []), ...(factor && factor !== 'password' ? [factor] : [])],
    removed: removed.map(({ kind, label }) => ({ kind, label })),
    sessionsEnded,
    told: account.contacts.filter((contact) => contact.verifiedAt !== null).map(({ kind, value }) => ({ kind, value })),
  };
}
