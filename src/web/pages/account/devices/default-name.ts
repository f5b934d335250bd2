import { z } from 'zod';
import { deviceKind, nameUserAgent } from '../../../../domain/user-agent.ts';
import type { Account } from '../../../../flows/ports.ts';
import type { PageContext } from '../../../frame/page.ts';
import { browserName } from '../names.ts';

type Words = Pick<PageContext, 't' | 'visitor'>;

/**
 * What a new second factor is called unless its owner says otherwise: on a phone by the phone ("iPhone"), a passkey of a computer by its
 * browser ("Passkey of Firefox on Linux"). An app that is set up on a computer is on some phone: it has no name then, and is called what it is.
 */
export function defaultName({ t, visitor }: Words, kind: 'totp' | 'passkey', { credentials }: Account): string {
  const { userAgent } = visitor;
  const system = nameUserAgent(userAgent)?.system;
  if (system === undefined) return '';
  if (deviceKind(userAgent) === 'phone') return notTaken(t, system, credentials);
  if (kind === 'totp') return '';
  return notTaken(t, t('devices:default_passkey', { browser: browserName(t, { userAgent }) }), credentials);
}

const made = z.object({ authenticatorAttachment: z.string() });

/** Whether the browser says that the passkey was made on another device than its own: then its own name would be a wrong one. */
export function isElsewhere(response: unknown): boolean {
  const read = made.safeParse(response);
  return read.success && read.data.authenticatorAttachment === 'cross-platform';
}

function notTaken(t: Words['t'], name: string, held: readonly { readonly label: string }[]): string {
  const isTaken = (label: string) => held.some((one) => one.label === label);
  let free = name;
  for (let number = 2; isTaken(free); number += 1) free = t('devices:default_numbered', { name, number });
  return free;
}
