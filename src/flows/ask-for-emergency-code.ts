import type { Message } from '../domain/message.ts';
import { prefixOf } from '../domain/phone.ts';
import { whoHears } from './announce.ts';
import { type Refused, refused } from './outcome.ts';
import type { Account, Ports, Repositories, Take, Visitor } from './ports.ts';
import { tooManyFrom } from './recovery-mail.ts';
import { stopDigits } from './stop-emergency-request.ts';

const DAY_MS = 86_400_000;
/** So long a request waits for an operator. */
export const REQUEST_MS = 7 * DAY_MS;
/** So many a day for one account, from browsers that it knows and again from others; what is more is seen by nobody. */
const MOST_A_DAY = 3;
export const LONGEST = { reason: 500, reach: 200 } as const;

export interface Asked {
  readonly identifier: string;
  readonly organizationId: string;
  readonly reason: string;
  readonly reach: string;
}

/**
 * "I can't do any of these" (SPEC M6): asks the operators for an emergency code. The answer is the same in content and time for every name
 * (ATTACKS A11): one that nobody has gets a request, and a page that shows its state, which no operator sees. Every address and number of a
 * real account is told, with a link that stops it. Nothing is sent to the address that is given here, now or later: it is for people to read.
 * `token`: of the page with its state.
 */
export async function askForEmergencyCode(
  ports: Ports,
  visitor: Visitor,
  asked: Asked,
): Promise<{ readonly outcome: 'filed'; readonly token: string } | Refused<'slow-down' | 'no-reason' | 'no-reach'>> {
  const [reason, reach] = [inOneLine(asked.reason, LONGEST.reason), inOneLine(asked.reach, LONGEST.reach)];
  if (reason === '') return refused('no-reason');
  if (reach === '') return refused('no-reach');
  const crowded = await tooManyFrom(ports, visitor, asked.identifier);
  if (crowded) return crowded;
  return ports.evenly(async () => {
    const found = await ports.store.accounts.findByIdentifier(asked.identifier);
    const known = await isKnown(ports.store, ports, found, visitor);
    // Of all strangers together, hence said to every name; whom the account knows is not among them.
    const full = known ? undefined : await ports.limits.emptyUntil([OF_STRANGERS]);
    if (full !== undefined) return refused('slow-down', { until: full });
    const told =
      found && (await mayFile(ports.store, found, known, ports.now())) && (known || (await mayTell(ports, found)));
    const token = ports.crypto.token();
    await ports.store.transaction(async (tx) => {
      const account = told ? await tx.accounts.loadForUpdate(found.id) : undefined;
      const real = account && (await mayFile(tx, account, known, ports.now())) ? account : undefined;
      await file(ports, tx, real, { ...asked, reason, reach, token, known }, visitor);
    });
    return { outcome: 'filed', token };
  });
}

const OF_STRANGERS: Take = { budget: 'asked-sms-in-all', key: 'all' };

/**
 * Whether the owner can be told by all numbers: each request of a stranger is an SMS to each of them, which somebody pays for (ATTACKS A23). Where not,
 * nobody sees it: no request waits that its owner has not been told of everywhere. Their own budgets, so that they stop nobody's codes (A26).
 */
function mayTell({ limits, now }: Pick<Ports, 'limits' | 'now'>, account: Account): Promise<boolean> {
  const phones = whoHears(account, now()).filter(({ kind }) => kind === 'phone');
  return limits.take(
    phones.flatMap(({ value }) => [{ budget: 'asked-sms-per-prefix', key: prefixOf(value) }, OF_STRANGERS]),
  );
}

/** Asked for nobody too, so that it takes as long. */
async function isKnown(
  tx: Pick<Repositories, 'devices'>,
  { crypto }: Ports,
  account: Account | undefined,
  { deviceHash }: Visitor,
): Promise<boolean> {
  return deviceHash !== null && tx.devices.isKnown(account?.id ?? crypto.uuid(), deviceHash);
}

async function mayFile(
  tx: Pick<Repositories, 'emergencyRequests'>,
  account: Account,
  known: boolean,
  now: number,
): Promise<boolean> {
  if (account.suspendedAt !== null || !account.policy.emergencyCode.operator.requests) return false;
  return (await tx.emergencyRequests.countSince(account.id, now - DAY_MS, known)) < MOST_A_DAY;
}

async function file(
  ports: Ports,
  tx: Repositories,
  account: Account | undefined,
  asked: Asked & { readonly token: string; readonly known: boolean },
  visitor: Visitor,
): Promise<void> {
  const now = ports.now();
  const [id, stop] = [ports.crypto.uuid(), ports.crypto.token()];
  await tx.emergencyRequests.add({
    id,
    accountId: account?.id ?? null,
    organizationId: account?.organizationId ?? asked.organizationId,
    tokenHash: ports.crypto.hashToken(asked.token),
    stopHash: ports.crypto.hashToken(stop),
    reason: asked.reason,
    reach: asked.reach,
    ip: visitor.ip,
    userAgent: visitor.userAgent,
    knownBrowser: asked.known,
    createdAt: now,
    expiresAt: now + REQUEST_MS,
  });
  if (!account) return;
  const circumstances = { at: now, ip: visitor.ip, userAgent: visitor.userAgent };
  const link = `${ports.issuer}/emergency-access/stop/${stop}`;
  for (const message of toEverybody(account, now, now + REQUEST_MS, {
    template: 'emergency-request',
    link,
    digits: stopDigits(ports.crypto, id),
    circumstances,
  }))
    await tx.outbox.send(message);
  await tx.audit.append(
    {
      kind: 'emergency-request.filed',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { request: id, known_browser: asked.known },
    },
    visitor,
  );
}

/** An e-mail to every address that hears of things, and an SMS without a link to every number. */
export function toEverybody(
  account: Account,
  now: number,
  expiresAt: number,
  content: Extract<Message, { channel: 'email' }>['content'] & {
    readonly template: 'emergency-request' | 'emergency-request-refused';
  },
): Message[] {
  const envelope = {
    locale: account.locale,
    accountId: account.id,
    organizationId: account.organizationId,
    expiresAt,
  };
  return whoHears(account, now).map(({ kind, value }) =>
    kind === 'email'
      ? { ...envelope, to: value, channel: 'email', content }
      : { ...envelope, to: value, channel: 'sms', content: { template: content.template } },
  );
}

/** Without line ends, control characters and what turns the direction of writing (ATTACKS A28). */
export function inOneLine(typed: string, longest: number): string {
  const plain = typed
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, ' ');
  return Array.from(plain.trim()).slice(0, longest).join('');
}
