import type { Contested } from '../domain/contest.ts';
import type { Standing } from '../domain/credential.ts';
import { type Aim, decide, type Verdict } from '../domain/decide.ts';
import type { Journey } from '../domain/journey.ts';
import type { Goal } from '../domain/policy.ts';
import type { Proof } from '../domain/proof.ts';
import type { Account, Ports } from './ports.ts';

/** What `decide` needs to know of an account. */
export function standingOf(account: Account, ports: Pick<Ports, 'closed'>): Standing {
  return {
    suspended: account.suspendedAt !== null,
    frozen: account.frozenAt === null ? null : frozenBy(account.contested),
    boundToSecondFactor: account.boundToSecondFactor,
    credentials: account.credentials,
    contacts: account.contacts.map((contact) => ({
      ...contact,
      verified: contact.verifiedAt !== null,
      off: contact.offAt !== null,
    })),
    restoreCode:
      account.restoreCode && !account.restoreForbidden
        ? {
            id: account.restoreCode.id,
            byEmail: account.restoreCode.issuedBy === 'email',
            unsettledUntil: account.restoreCode.unsettledUntil,
          }
        : null,
    closed: ports.closed,
  };
}

function frozenBy(contested: readonly Contested[]): Standing['frozen'] {
  return {
    used: contested.flatMap(({ used }) => used),
    byAuthenticator: contested.some((act) => act.byAuthenticator),
  };
}

/** The decision on a journey as it stands, or with other proofs or another goal in place of its own. */
export function verdictOn(
  ports: Pick<Ports, 'closed' | 'now'>,
  account: Account,
  journey: Pick<Journey, 'goal' | 'atLeast' | 'proofs'>,
  instead: { goal?: Goal; proofs?: readonly Proof[] } = {},
): Verdict {
  const goal = instead.goal ?? journey.goal;
  if (goal === null) return { verdict: 'refuse', reasons: ['no-route'] };
  const aim: Aim = journey.atLeast === null ? { goal } : { goal, atLeast: journey.atLeast };
  return decide(account.policy, standingOf(account, ports), aim, instead.proofs ?? journey.proofs, ports.now());
}
