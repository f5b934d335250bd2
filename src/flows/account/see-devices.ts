import { mayAskFor, type Policy, RECOVERY_GOALS } from '../../domain/policy.ts';
import type { Account, Browser, Contact, LiveSession, Ports, Repositories } from '../ports.ts';
import { isSecondFactor, type SecondFactor } from '../replace-credentials.ts';
import type { Owner } from './act.ts';

interface Seen {
  /** Of a session in no known browser: `session-` and the SHA-256 of its uid, in hex. */
  readonly id: string;
  /** Live sessions that end when this is switched off, blocked or removed, or that are open in this browser. */
  readonly sessions: readonly LiveSession[];
  /** Browsers: this one. All else: the present session stands on it, and ends with it. */
  readonly mine: boolean;
}

/** Something that an account is active on (SPEC S7). */
export type Device =
  | (Seen & { readonly what: 'factor'; readonly factor: SecondFactor })
  /** `signsIn`: the policy counts codes by SMS as a second factor; else they serve in a recovery only. */
  | (Seen & { readonly what: 'phone'; readonly phone: Contact; readonly signsIn: boolean })
  | (Seen & { readonly what: 'browser'; readonly browser: Browser })
  | (Seen & { readonly what: 'session'; readonly session: LiveSession });

export type DeviceAct = 'off' | 'on' | 'block' | 'remove' | 'sign-out';

/**
 * Everything that the account is active on, as one list: this browser, second factors, phones where the policy takes codes by SMS, the
 * other browsers, and sessions in browsers that are not known. `account`: as loaded under the lock, where it is. `owner` null: it is an operator who
 * looks, and nothing of it is theirs.
 */
export async function seeDevices(
  ports: Pick<Ports, 'crypto'>,
  from: Pick<Repositories, 'devices' | 'sessions'>,
  owner: Pick<Owner, 'session' | 'visitor'> | null,
  account: Account,
): Promise<readonly Device[]> {
  const [browsers, live] = await Promise.all([from.devices.of(account.id), from.sessions.live(account.id)]);
  const own = owner && ports.crypto.hashToken(owner.session.uid);
  const isOwn = ({ uidHash }: LiveSession) => own !== null && uidHash.equals(own);
  const standingOn = (id: string) => {
    const sessions = live.filter(({ proofs }) => proofs.some(({ by }) => by === id));
    return { id, sessions, mine: sessions.some(isOwn) };
  };
  const here = live.find(isOwn)?.deviceHash ?? owner?.visitor.deviceHash;
  const seen = browsers.map((browser): Device & { readonly what: 'browser' } => ({
    what: 'browser',
    id: browser.id,
    browser,
    sessions: live.filter(({ deviceHash }) => deviceHash?.equals(browser.deviceHash)),
    mine: here?.equals(browser.deviceHash) === true,
  }));
  const stray = live
    .filter((one) => !seen.some(({ sessions }) => sessions.includes(one)))
    .map((one): Device => {
      const id = `session-${one.uidHash.toString('hex')}`;
      return { what: 'session', id, session: one, sessions: [one], mine: isOwn(one) };
    });
  const elsewhere = [...seen, ...stray];
  return [
    ...elsewhere.filter(({ mine }) => mine),
    ...account.credentials
      .filter(isSecondFactor)
      .map((factor): Device => ({ what: 'factor', factor, ...standingOn(factor.id) })),
    ...phonesOf(account).map(
      (phone): Device => ({ what: 'phone', phone, signsIn: countsSms(account.policy), ...standingOn(phone.id) }),
    ),
    ...elsewhere.filter(({ mine }) => !mine),
  ];
}

/** What can be done with it now. What is blocked stays blocked, and a blocked browser stays in the list: forgotten, it could come back. */
export function actsOn(device: Device): readonly DeviceAct[] {
  switch (device.what) {
    case 'factor':
      return FACTOR_ACTS[device.factor.state];
    case 'phone':
      if (device.phone.offAt !== null) return ['on'];
      return device.signsIn ? ['off'] : [];
    case 'browser':
      if (device.browser.blockedAt !== null) return [];
      if (device.mine) return ['sign-out', 'remove'];
      return device.sessions.length > 0 ? ['sign-out', 'block', 'remove'] : ['block', 'remove'];
    case 'session':
      return ['sign-out'];
  }
}

const FACTOR_ACTS: Readonly<Record<SecondFactor['state'], readonly DeviceAct[]>> = {
  active: ['off', 'block', 'remove'],
  off: ['on', 'block', 'remove'],
  disabled: ['remove'],
  blocked: ['remove'],
  removed: [],
};

const countsSms = (policy: Policy) => policy.secondFactor.kinds.includes('sms-code');

/** Verified ones, where a code by SMS is worth something: at a sign-in, or in a recovery. */
function phonesOf({ contacts, policy }: Account): readonly Contact[] {
  const recovers =
    policy.selfRecovery &&
    [...RECOVERY_GOALS, 'emergency-code' as const].some((goal) =>
      policy.routes[goal].some((route) => mayAskFor(route, 'sms-code')),
    );
  if (!recovers && !countsSms(policy)) return [];
  return contacts.filter(({ kind, verifiedAt }) => kind === 'phone' && verifiedAt !== null);
}
