import { recoveryAssurance } from '../domain/assurance.ts';
import type { Effect, Verdict } from '../domain/decide.ts';
import type { Journey } from '../domain/journey.ts';
import type { NoticeKind } from '../domain/notice.ts';
import { announce } from './announce.ts';
import { type Finished, type Gains, type Receipt, type Refused, refused } from './outcome.ts';
import type { Account, Ports, Repositories, Visitor } from './ports.ts';
import { isSecondFactor, type Replaced, replaceCredentials, type SecondFactor } from './replace-credentials.ts';
import { verdictOn } from './standing.ts';
import { undoContested } from './undo-contested.ts';

/**
 * The end of a recovery, in one transaction (SPEC T8): decides once more under a lock on the account, then the new credential
 * in, the old ones out, sessions, grants, tokens, open journeys and links ended, the audit row, the messages to everyone who
 * should know. An abandoned recovery never gets here and has changed nothing.
 */
export async function completeRecovery(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  gains: Gains,
): Promise<Finished | Refused<'not-asked'>> {
  const now = ports.now();
  return ports.store.transaction(async (tx) => {
    const account = journey.accountId ? await tx.accounts.loadForUpdate(journey.accountId) : undefined;
    if (!account) return refused('not-asked');
    const verdict = verdictOn(ports, account, journey);
    if (verdict.verdict !== 'allow' || !brings(gains, verdict.effects)) return refused('not-asked');
    if (!(await tx.journeys.complete(journey, now))) return refused('not-asked');

    const replaced = await replaceCredentials(ports, tx, account, gains, visitor);
    if (verdict.effects.includes('undo-contested'))
      await undoContested(tx, account, now + account.policy.lifetimes.cooling * 1000, now);
    const { sessions } = await tx.sessions.endAll(account.id);
    await tx.journeys.endOthers(account.id, journey.id, now);
    await tx.codes.endAll(account.id, ['recovery-link', 'recovery-code', 'sms', 'invitation'], now);
    await tx.accounts.update(account.id, { recoveredAt: now, ...(gains.factor ? { boundToSecondFactor: true } : {}) });
    await tx.devices.forgetOthers(account.id, visitor.deviceHash);
    if (visitor.deviceHash && gains.factor) await tx.devices.remember(account.id, visitor.deviceHash, visitor, now);

    const opens = verdict.effects.includes('open-recovered-session');
    // Only the password counts on from here: what came through mailbox and SIM is no factor of a session (DESIGN rule 7).
    if (opens)
      await tx.sessions.recordProofs(
        journey.id,
        account.id,
        journey.proofs.filter((proof) => proof.kind === 'password'),
        visitor,
      );
    const removed = replaced.removed.filter(isSecondFactor);
    await record(ports, tx, account, journey, verdict, replaced, visitor);
    return {
      outcome: 'finished',
      journey,
      account,
      ...(opens ? { session: recoveryAssurance(journey.proofs) } : {}),
      receipt: receiptOf(account, gains, removed, sessions),
    };
  });
}

/** What the page brought must be exactly what the verdict's effects need. */
function brings(gains: Gains, effects: readonly Effect[]): boolean {
  return (
    effects.includes('set-password') === (gains.passwordHash !== undefined) &&
    effects.includes('replace-second-factors') === (gains.factor !== undefined)
  );
}

async function record(
  ports: Ports,
  tx: Repositories,
  account: Account,
  journey: Journey,
  { route, effects }: Extract<Verdict, { verdict: 'allow' }>,
  replaced: Replaced,
  visitor: Visitor,
): Promise<void> {
  const about = { accountId: account.id, organizationId: account.organizationId, actor: 'user' } as const;
  const changed = {
    used: journey.proofs.map(({ by }) => by),
    added: replaced.added.map(({ id }) => id),
    removed: replaced.removed.map(({ id }) => id),
  };
  const notices: string[] = [];
  // Each tells of all that was changed: whichever is contested, the whole recovery is.
  for (const kind of noticesOf(replaced, effects))
    notices.push(await announce(ports, tx, account, { kind, visitor, ...changed }));
  const kinds = {
    proofs: journey.proofs.map(({ kind }) => kind),
    set: replaced.added.map(({ kind }) => kind),
    lost: replaced.removed.map(({ kind }) => kind),
  };
  const details = { journey: journey.id, goal: journey.goal, route, ...changed, ...kinds, notices };
  await tx.audit.append({ ...about, kind: 'recovery.finished', details }, visitor);
  if (effects.includes('undo-contested')) await tx.audit.append({ ...about, kind: 'account.unfrozen' }, visitor);
}

function noticesOf({ added }: Replaced, effects: readonly Effect[]): NoticeKind[] {
  if (effects.includes('undo-contested')) return ['account-unfrozen'];
  return [
    ...(added.some(({ kind }) => kind !== 'password') ? (['second-factor-replaced'] as const) : []),
    ...(added.some(({ kind }) => kind === 'password') ? (['password-reset'] as const) : []),
  ];
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
