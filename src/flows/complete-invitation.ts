import type { Journey } from '../domain/journey.ts';
import { isAutomatic, oweRestoreCode } from './account/owed-restore-code.ts';
import { announce } from './announce.ts';
import { type NewRestoreCode, newRestoreCode } from './new-restore-code.ts';
import { type Finished, type Gains, type Refused, refused } from './outcome.ts';
import type { Ports, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';

/**
 * The end of an invitation: password and, where the policy requires one, a first second factor, in one transaction that also
 * uses the invitation up and verifies the address it was sent to. Where the organization gives everybody a restore code (SPEC S12), one is
 * shown here, and waits to be typed back. There is no session: the person signs in.
 */
export async function acceptInvitation(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  gains: Gains,
): Promise<Finished | Refused<'not-asked'>> {
  const now = ports.now();
  return ports.store.transaction(async (tx) => {
    const account = journey.accountId ? await tx.accounts.loadForUpdate(journey.accountId) : undefined;
    const [proof] = journey.proofs;
    if (!account || !proof || !gains.passwordHash || !journey.state.linkCodeId) return refused('not-asked');
    const verdict = verdictOn(ports, account, journey);
    if (verdict.verdict !== 'allow') return refused('not-asked');
    if (verdict.effects.includes('enrol-first-second-factor') !== (gains.factor !== undefined))
      return refused('not-asked');
    if (!(await tx.codes.consume(journey.state.linkCodeId, now))) return refused('not-asked');
    if (!(await tx.journeys.complete(journey, now))) return refused('not-asked');

    const old = account.credentials.filter((held) => held.kind === 'password').map((held) => held.id);
    await tx.credentials.remove(account.id, old, now);
    await tx.credentials.add(account.id, {
      id: ports.crypto.uuid(),
      kind: 'password',
      label: '',
      hash: gains.passwordHash,
      unsettledUntil: null,
    });
    await tx.accounts.verifyContact(proof.by, now);
    let notice: string | undefined;
    let made: NewRestoreCode | undefined;
    if (gains.factor) {
      await tx.credentials.add(account.id, gains.factor);
      await tx.accounts.update(account.id, { boundToSecondFactor: true });
      await oweRestoreCode(tx, account);
      made = isAutomatic(account)
        ? newRestoreCode(ports, account, { issuedBy: 'owner', unsettledUntil: null })
        : undefined;
      if (made) await tx.restoreCodes.propose(account.id, { ...made.row, journeyId: journey.id });
      // The address is verified by now, so it is told as well.
      const contacts = account.contacts.map((held) => (held.id === proof.by ? { ...held, verifiedAt: now } : held));
      notice = await announce(
        ports,
        tx,
        { ...account, contacts },
        {
          kind: 'second-factor-enrolled',
          visitor,
          used: [proof.by],
          added: [gains.factor.id, ...(made ? [made.row.id] : [])],
        },
      );
    }
    await tx.journeys.endOthers(account.id, journey.id, now);
    await tx.codes.endAll(account.id, ['invitation'], now);
    await tx.audit.append(
      {
        kind: 'invitation.accepted',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { journey: journey.id, factor: gains.factor?.kind ?? null, ...(notice && { notice }) },
      },
      visitor,
    );
    const set = ['password', ...(gains.factor && gains.factor.kind !== 'password' ? [gains.factor.kind] : [])] as const;
    const receipt = { set, removed: [], sessionsEnded: 0, told: [], ...(made && { code: made.code }) };
    return { outcome: 'finished', journey, account, receipt };
  });
}
