import { z } from 'zod';
import type { PageContext } from '../../frame/page.ts';

type Visit = Pick<PageContext, 'cookies' | 'ports'>;
type Key = 'pairing-key' | 'pairing-code';

const schema = z.object({ id: z.string(), text: z.string() });

/**
 * What this browser shows of a pairing, for when its page is loaded again: the database knows only a hash of it, so the browser carries it,
 * sealed. `pairing-key`: of the QR code, where that is shown; `pairing-code`: the digits, on the phone.
 */
export function keepShown({ cookies, ports }: Visit, key: Key, id: string, text: string): void {
  cookies.setNote(key, ports.crypto.seal(JSON.stringify({ id, text }), key));
}

/** The same, for this pairing and no other; undefined: another browser shows it, or an hour has passed. */
export function keptShown({ cookies, ports }: Visit, key: Key, id: string): string | undefined {
  const sealed = cookies.note(key);
  if (!sealed) return undefined;
  try {
    const note = schema.parse(JSON.parse(ports.crypto.open(sealed, key)));
    return note.id === id ? note.text : undefined;
  } catch {
    return undefined; // not ours, or under a key that is no longer known
  }
}
