import { DELAYS } from '../../domain/back-off.ts';
import { countsFrom, maskContact } from '../../domain/contact.ts';
import { parseShortCode, TRIES_PER_CODE } from '../../domain/one-time-code.ts';
import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import { Taken } from '../ports/administration.ts';
import type { Ports, Repositories, Visitor } from '../ports.ts';
import { type Acting, inAct, type NotAllowed, type Owner } from './act.ts';
import { endOpen, letGo } from './let-go.ts';
import { notAllowedNow, oneMoreChange } from './may-change.ts';
import { againstAdding, hasKey, type NewContact, waitingFor } from './new-contact.ts';
import { holderOf, tellHolder } from './other-holder.ts';

export interface ContactConfirmed {
  readonly outcome: 'confirmed';
  readonly contact: Pick<NewContact, 'kind' | 'value'>;
  /** From when (milliseconds) it counts in a recovery. */
  readonly countsFrom: number;
  /** The session stood on the number that was replaced, and has ended. */
  readonly signedOut: boolean;
}

export type CodeRefusal =
  | 'not-a-code'
  | 'wrong-code'
  | 'no-tries-left'
  | 'code-expired'
  | 'slow-down'
  | 'too-much-changed';

/**
 * The code that went to the new address or number: counted per account and per code before it is compared, used up once (NIST OOB-03,
 * OOB-04; ATTACKS A12, A14). In the transaction that adds it everything is decided again. An address that became somebody's meanwhile
 * is answered like a code that is wrong (A11).
 */
export async function confirmContact(
  ports: Ports,
  owner: Owner,
  codeId: string,
  typed: string,
): Promise<ContactConfirmed | NotAllowed | Refused<CodeRefusal>> {
  const typedCode = parseShortCode(typed);
  if (!typedCode) return refused('not-a-code');
  const accountId = owner.account.id;
  if (!waitingFor(ports, accountId, await ports.store.codes.find('new-contact', codeId)))
    return refused('code-expired');
  const not = notAllowedNow(ports, owner, 'change-contact');
  if (not) return not;

  const key = `new-contact:${accountId}`;
  const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
  if (!counted.allowed) return refused('slow-down', { until: counted.until });
  const code = await ports.store.codes.countTry(codeId, 'new-contact', TRIES_PER_CODE, ports.now());
  const asked = waitingFor(ports, accountId, code);
  if (!code?.codeHash || !asked) return refused('code-expired');
  if (!ports.crypto.equal(code.codeHash, ports.crypto.hashCode('new-contact', code.id, typedCode))) {
    await recordFailure(ports, owner);
    return wrong(code.tries);
  }
  const wait = await oneMoreChange(ports, owner);
  if (wait) return wait;
  try {
    return await inAct(ports, owner, 'change-contact', async (tx, acting) => {
      if (againstAdding(acting.account, asked) || !(await tx.codes.consume(code.id, acting.now)))
        return refused('code-expired');
      await tx.attempts.reset([key]);
      return add(ports, tx, acting, asked, owner.visitor);
    });
  } catch (error) {
    if (!(error instanceof Taken)) throw error;
    await tellWhoHasIt(ports, owner, asked);
    return wrong(code.tries);
  }
}

async function add(
  ports: Ports,
  tx: Repositories,
  { account, used, now }: Acting,
  asked: NewContact,
  visitor: Visitor,
): Promise<ContactConfirmed> {
  const { kind, value, key } = asked;
  const replaced = account.contacts.find(({ id }) => id === asked.replaces);
  // What the account gave up lately, or held without a proof, is this one's former row.
  const former = [...account.contacts, ...account.formerContacts].filter((held) => hasKey(held, asked));
  await tx.contacts.remove(
    account.id,
    former.map(({ id }) => id),
  );
  const contact = {
    id: ports.crypto.uuid(),
    kind,
    value,
    key,
    verifiedAt: now,
    countsFrom: countsFrom(account.policy, kind, account.contacts, account.formerContacts, now),
  };
  await tx.contacts.add(account.id, { ...contact, primary: false });
  if (replaced) await letGo(ports, tx, account, replaced, now);
  const primary = account.contacts.find((held) => held.kind === kind && held.primary && held.verifiedAt !== null);
  if (!primary || primary.id === replaced?.id) await tx.contacts.makePrimary(account.id, contact.id);
  await endOpen(tx, account.id, now);

  const gone = replaced && replaced.verifiedAt !== null ? replaced : undefined;
  const changed = { used, added: [contact.id], removed: gone ? [gone.id] : [] };
  const about = { accountId: account.id, organizationId: account.organizationId, actor: 'user' } as const;
  // Two notices, since there are two things to say; each tells of both, so that contesting either one undoes the whole.
  const told = [['contact-added', contact] as const, ...(gone ? [['contact-removed', gone] as const] : [])];
  for (const [notice, { id, value: named }] of told) {
    const masked = maskContact({ kind, value: named });
    const noticeId = await announce(ports, tx, account, { kind: notice, visitor, about: masked, ...changed });
    const details = { contact: id, channel: kind, about: masked, notice: noticeId };
    await tx.audit.append(
      { ...about, kind: notice === 'contact-added' ? 'contact.added' : 'contact.removed', details },
      visitor,
    );
  }
  return {
    outcome: 'confirmed',
    contact: { kind, value },
    countsFrom: contact.countsFrom,
    signedOut: gone !== undefined && used.includes(gone.id),
  };
}

const wrong = (tries: number): Refused<CodeRefusal> =>
  tries >= TRIES_PER_CODE ? refused('no-tries-left') : refused('wrong-code', { triesLeft: TRIES_PER_CODE - tries });

async function recordFailure(ports: Ports, { account, visitor }: Owner): Promise<void> {
  const about = { accountId: account.id, organizationId: account.organizationId, actor: 'user' } as const;
  await ports.store.audit.append({ ...about, kind: 'contact.refused', details: { reason: 'wrong-code' } }, visitor);
}

async function tellWhoHasIt(ports: Ports, owner: Owner, { key }: NewContact): Promise<void> {
  await recordFailure(ports, owner);
  await ports.store.transaction(async (tx) => {
    const holder = await holderOf(tx, owner.account, key);
    if (holder) await tellHolder(tx, holder, key, owner.visitor, ports.now());
  });
}
