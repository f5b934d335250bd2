import { holdersOf, type Standing } from './credential.ts';
import type { Policy } from './policy.ts';
import { PROOF_KINDS } from './proof.ts';
import type { Evidence, State } from './state.ts';
import type { DeviceKind } from './user-agent.ts';
import { type WayBack, wayBack } from './way-back.ts';

/** What is known of a passkey beside its standing. `registeredOn`: the kind of device whose browser registered it. */
export interface PasskeyFacts {
  readonly id: string;
  readonly synced: boolean;
  readonly transports: readonly string[];
  readonly registeredOn: DeviceKind;
}

/** Everything that the lines "If you lose …" are computed from. Times in milliseconds. */
export interface Belongings {
  readonly standing: Standing;
  /** Of every passkey in the standing; one without facts is taken to be lost with any device. */
  readonly passkeys: readonly PasskeyFacts[];
  /** The owner may have a restore code: the policy offers them, and nobody forbids it to the account. */
  readonly restoreCodes: boolean;
  readonly now: number;
}

export type ThingKind =
  | 'phone'
  | 'computer'
  | 'security-key'
  | 'passkey-device'
  | 'all-devices'
  | 'password'
  | 'restore-code'
  | 'mailbox';

/**
 * Something that can be lost. `id`: the one credential or contact point that it is about, where there may be several such things;
 * `takes`: what can no longer prove anything once it is gone; `returns`: what of this comes back with a new SIM card for the same number.
 */
export interface Thing {
  readonly kind: ThingKind;
  readonly id?: string;
  readonly takes: readonly string[];
  readonly returns: readonly string[];
}

/**
 * What the loss of a thing comes to. `once-number-is-back`: not alone as it is, but as soon as the owner's network operator has
 * given them a new SIM card for their number, and then in this way.
 */
export type Outlook =
  | WayBack
  | { readonly back: 'once-number-is-back'; readonly way: Exclude<WayBack, { back: 'not-alone' }> };

/**
 * The things that an account's owner has, one for each line of "If you lose …". People lose things, not credentials, and nothing says
 * for sure which credential is in which thing; where it is not known, the worse is taken to be true:
 *
 * - **The phone** takes every authenticator app and every number with it, however many there are: most people have one phone. Also
 *   the passkeys that answer over `hybrid` or were registered in a phone's browser, and those of which the place is not known. It
 *   does not take the mailbox, which opens on any device by its own password, nor the password.
 * - **A computer** for each passkey of a built-in authenticator (`internal` only) that a computer's browser registered: an
 *   authenticator keeps one passkey for an account, so two of them are two computers.
 * - **A security key** for each passkey that is plugged in or held near (`usb`, `nfc`, `ble`, `smart-card`).
 * - **The device with a passkey** where the place of a passkey is not known; what is gone with the phone counts here again.
 * - A **synced** passkey (one that can be: backup eligible) is on the owner's other devices, too, and survives the loss of one.
 * - **All devices at once** (a burglary, a fire): everything above and the synced passkeys, of which we do not know how their
 *   keeper gives them back. Listed when there is more than one device. The password and the mailboxes are left.
 * - **The restore code**, on its paper, which is kept apart from the devices and is not lost with them.
 * - **The password**, forgotten. **A mailbox** for each verified address that no longer opens.
 *
 * "Everything but the password" is not a line: with the mailbox gone too, no policy that deserves its name lets anybody in.
 */
export function thingsOf({ standing, passkeys }: Belongings): readonly Thing[] {
  const password = idsOf(standing, 'password');
  const numbers = idsOf(standing, 'sms-code');
  const phone = [...idsOf(standing, 'totp'), ...numbers];
  const placed = idsOf(standing, 'passkey').map((id) => ({
    id,
    place: placeOf(passkeys.find((facts) => facts.id === id)),
  }));
  const at = (...places: Place[]) => placed.filter(({ place }) => places.includes(place)).map(({ id }) => id);

  const onPhone = [...phone, ...at('phone')];
  const devices: Thing[] = [
    ...(onPhone.length > 0
      ? [{ kind: 'phone' as const, takes: [...onPhone, ...at('passkey-device')], returns: numbers }]
      : []),
    ...(['computer', 'security-key', 'passkey-device'] as const).flatMap((kind) =>
      at(kind).map((id): Thing => ({ kind, id, takes: [id], returns: [] })),
    ),
  ];
  const all: Thing = { kind: 'all-devices', takes: [...phone, ...placed.map(({ id }) => id)], returns: numbers };
  return [
    ...devices,
    ...(devices.length > 1 || at('synced').length > 0 ? [all] : []),
    ...(password.length > 0 ? [{ kind: 'password' as const, takes: password, returns: [] }] : []),
    ...idsOf(standing, 'restore-code').map((id): Thing => ({ kind: 'restore-code', id, takes: [id], returns: [] })),
    ...idsOf(standing, 'email-code').map((id): Thing => ({ kind: 'mailbox', id, takes: [id], returns: [] })),
  ];
}

/** Whether and how the owner gets in again when these things are gone at the same time. */
export function outlook(policy: Policy, belongings: Belongings, lost: readonly Thing[]): Outlook {
  const takes = lost.flatMap((thing) => thing.takes);
  const returns = lost.flatMap((thing) => thing.returns);
  const now = wayBack(policy, without(belongings, takes));
  if (now.back !== 'not-alone' || returns.length === 0) return now;
  const way = wayBack(
    policy,
    without(
      belongings,
      takes.filter((id) => !returns.includes(id)),
    ),
  );
  return way.back === 'not-alone' ? way : { back: 'once-number-is-back', way };
}

/** The owner without what was lost: the account still holds it, but they cannot prove anything by it. */
export function without({ standing, passkeys, now }: Belongings, lost: readonly string[]): State {
  return { standing, hands: handsOf(standing, passkeys).filter(({ by }) => !lost.includes(by)), session: null, now };
}

/** Everything that the owner can prove. An invitation is no way back, and an emergency code is over soon. A passkey verifies its user where that is sure. */
function handsOf(standing: Standing, passkeys: readonly PasskeyFacts[]): readonly Evidence[] {
  return PROOF_KINDS.filter((kind) => kind !== 'invitation' && kind !== 'emergency-code').flatMap((kind) =>
    idsOf(standing, kind)
      .filter((by) => kind !== 'passkey-uv' || verifiesUser(passkeys.find(({ id }) => id === by)))
      .map((by) => ({ kind, by })),
  );
}

export type Place = 'phone' | 'computer' | 'security-key' | 'passkey-device' | 'synced';

/** Where a passkey lives, as far as its facts tell. */
export function placeOf(facts: PasskeyFacts | undefined): Place {
  if (!facts) return 'passkey-device';
  if (facts.synced) return 'synced';
  if (facts.transports.includes('hybrid') || facts.transports.includes('cable')) return 'phone';
  if (facts.transports.includes('internal'))
    return facts.registeredOn === 'unknown' ? 'passkey-device' : facts.registeredOn;
  return facts.transports.length > 0 ? 'security-key' : 'passkey-device';
}

/** Built-in authenticators ask for a fingerprint, a face or the screen lock; a security key may have no PIN. */
function verifiesUser(facts: PasskeyFacts | undefined): boolean {
  return facts !== undefined && ['synced', 'phone', 'computer'].includes(placeOf(facts));
}

function idsOf(standing: Standing, kind: (typeof PROOF_KINDS)[number]): readonly string[] {
  return holdersOf(standing, kind).map(({ id }) => id);
}
