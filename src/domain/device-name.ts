import { unlinked } from './unlinked.ts';

/** Code points that a name may have. */
export const LONGEST_NAME = 60;

/** What turns the direction of writing: in a name it would turn what stands around it (ATTACKS A28). */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * The name that an owner typed for a device, on one line, without what is not seen, and as nothing that messages would link. Empty: it is
 * called by what it is. Undefined: too long.
 */
export function parseDeviceName(typed: string): string | undefined {
  const line = typed
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(TURNS, '')
    .replaceAll(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim();
  const name = unlinked(line);
  return Array.from(name).length <= LONGEST_NAME ? name : undefined;
}
