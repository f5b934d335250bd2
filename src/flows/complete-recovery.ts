import { recoveryAssurance } from '../domain/assurance.ts';
import type { Effect } from '../domain/decide.ts';
import type { Journey } from '../domain/journey.ts';
import type { NoticeKind } from '../domain/message.ts';
import { type Finished, type Gains, type Receipt, type Refused, refused } from './outcome.ts';
import type { Account, Credential, PasskeyCredential, Ports, Repositories, TotpCredential, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';
import { tellOwner } from './tell-owner.ts';

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

    const removed = await replaceCredentials(ports, tx, account, gains, now);
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
      );
    await record(ports, tx, account, journey, verdict.route, gains, removed, visitor);
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

type SecondFactor = TotpCredential | PasskeyCredential;

async function replaceCredentials(
  ports: Ports,
  tx: Repositories,
  account: Account,
  gains: Gains,
  now: number,
): Promise<SecondFactor[]> {
  const { settling, cooling } = account.policy.lifetimes;
  const unsettledUntil = now + settling * 1000;
  const purgeAt = now + cooling * 1000;
  const old = account.credentials.filter(isSecondFactor);
  if (gains.factor) {
    await tx.credentials.remove(
      account.id,
      old.map((factor) => factor.id),
      purgeAt,
    );
    await tx.credentials.add(account.id, { ...gains.factor, unsettledUntil });
  }
  if (gains.passwordHash) {
    const passwords = account.credentials.filter((held) => held.kind === 'password');
    await tx.credentials.remove(
      account.id,
      passwords.map((held) => held.id),
      purgeAt,
    );
    await tx.credentials.add(account.id, {
      id: ports.crypto.uuid(),
      kind: 'password',
      label: '',
      hash: gains.passwordHash,
      unsettledUntil,
    });
  }
  return gains.factor ? old : [];
}

function isSecondFactor(held: Credential): held is SecondFactor {
  return held.kind !== 'password';
}

async function record(
  ports: Ports,
  tx: Repositories,
  account: Account,
  journey: Journey,
  route: string,
  gains: Gains,
  removed: readonly SecondFactor[],
  visitor: Visitor,
): Promise<void> {
  const about = { accountId: account.id, organizationId: account.organizationId, actor: 'user' } as const;
  await tx.audit.append(
    {
      ...about,
      kind: 'recovery.finished',
      details: {
        journey: journey.id,
        goal: journey.goal,
        route,
        added: gains.factor?.id ?? null,
        removed: removed.map(({ id }) => id),
      },
    },
    visitor,
  );
  const notices: NoticeKind[] = [
    ...(gains.factor ? (['second-factor-replaced'] as const) : []),
    ...(gains.passwordHash ? (['password-reset'] as const) : []),
  ];
  for (const notice of notices) await tellOwner(ports, tx, account, notice, visitor);
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
