import { z } from 'zod';
import { maskEmail } from '../../../domain/email-address.ts';
import { maskPhone } from '../../../domain/phone.ts';
import type { Finished } from '../../../flows/outcome.ts';
import type { Thing } from '../../../flows/undo-contested.ts';
import type { PageContext } from '../../frame/page.ts';

const things = z.array(z.object({ kind: z.enum(['password', 'totp', 'passkey', 'email', 'phone']), name: z.string() }));

const schema = z.object({
  kind: z.enum(['recovery', 'invitation']),
  username: z.string(),
  set: z.array(z.enum(['password', 'totp', 'passkey'])),
  removed: z.array(z.object({ kind: z.enum(['totp', 'passkey']), label: z.string() })),
  /** What the new second factor came beside. */
  kept: z.array(z.object({ kind: z.enum(['totp', 'passkey']), label: z.string() })).optional(),
  sessionsEnded: z.number(),
  /** The way back: names of what went, came back, and was switched off; whether the account is called again as it was. */
  undone: z.object({ removed: things, revived: things, off: things, renamed: z.boolean() }).optional(),
  /** Masked already. */
  told: z.array(z.object({ kind: z.enum(['email', 'phone']), value: z.string() })),
  /** The new restore code, and whether it was typed back; null: there is none, or it was put away. */
  code: z.object({ code: z.string(), kept: z.boolean() }).nullable(),
  /** Where the application's request goes on with the sign-in that this ended in; null when it ended in none. */
  resume: z.string().nullable(),
});

/** What a recovery or an invitation did, as the person is told. Carried by the browser in `regain_receipt`, sealed. */
export type ReceiptNote = z.infer<typeof schema>;

const CONTEXT = 'receipt';
/** A cookie has room for so many; nobody has more. */
const MOST_ENTRIES = 12;
const LONGEST_LABEL = 60;

type Visit = Pick<PageContext, 'cookies' | 'ports'>;

/**
 * Gives the browser its receipt for an hour. In a cookie rather than in the answer of the last form: that answer is a redirect, so
 * reloading the page, or going back to it, shows the receipt again and repeats nothing.
 */
export function keepReceipt(
  { cookies, ports }: Visit,
  kind: ReceiptNote['kind'],
  done: Finished,
  resume?: string,
): void {
  const { set, removed, kept, sessionsEnded, undone, told, code } = done.receipt;
  const note: ReceiptNote = {
    kind,
    username: undone?.username ?? done.account.username,
    set: [...set],
    removed: shortened(removed),
    ...(kept && { kept: shortened(kept) }),
    sessionsEnded,
    ...(undone && {
      undone: {
        removed: named(undone.removed),
        revived: named(undone.revived),
        off: named(undone.off),
        renamed: undone.username !== undefined,
      },
    }),
    told: told
      .toSorted((a, b) => a.kind.localeCompare(b.kind))
      .slice(0, MOST_ENTRIES)
      .map(({ kind: channel, value }) => ({
        kind: channel,
        value: channel === 'email' ? maskEmail(value) : maskPhone(value),
      })),
    code: code === undefined ? null : { code, kept: false },
    resume: resume ?? null,
  };
  writeReceipt({ cookies, ports }, note);
}

const shortened = (held: ReceiptNote['removed'] | NonNullable<Finished['receipt']['kept']>): ReceiptNote['removed'] =>
  held.slice(0, MOST_ENTRIES).map((one) => ({ ...one, label: one.label.slice(0, LONGEST_LABEL) }));

/** The same note with the restore code typed back: it is not shown any more. */
export function keptCode(visit: Visit, note: ReceiptNote): void {
  writeReceipt(visit, { ...note, code: { code: '', kept: true } });
}

function writeReceipt({ cookies, ports }: Visit, note: ReceiptNote): void {
  cookies.setNote('receipt', ports.crypto.seal(JSON.stringify(note), CONTEXT));
}

/** Undefined when this browser holds none, or not of this kind. */
export function readReceipt({ cookies, ports }: Visit, kind: ReceiptNote['kind']): ReceiptNote | undefined {
  const sealed = cookies.note('receipt');
  if (!sealed) return undefined;
  try {
    const note = schema.parse(JSON.parse(ports.crypto.open(sealed, CONTEXT)));
    return note.kind === kind ? note : undefined;
  } catch {
    return undefined; // not ours, or under a key that is no longer known
  }
}

type Named = NonNullable<ReceiptNote['undone']>['removed'];

/** By what its owner calls it; an address in full: whoever reads this has proven that it is their account. */
function named(all: readonly Thing[]): Named {
  return all.slice(0, MOST_ENTRIES).map((thing) => ({
    kind: thing.kind,
    name: ('label' in thing ? thing.label : thing.value).slice(0, LONGEST_LABEL),
  }));
}
