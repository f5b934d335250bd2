import { z } from 'zod';
import type { NoteKey } from '../../frame/cookies.ts';
import type { PageContext } from '../../frame/page.ts';

type OwnNote = Exclude<NoteKey, 'origin'>;

const receipt = z.object({
  kind: z.enum(['recovery', 'invitation']),
  set: z.array(z.enum(['password', 'totp', 'passkey'])),
  removed: z.array(z.object({ kind: z.enum(['totp', 'passkey']), label: z.string() })),
  sessionsEnded: z.number(),
  /** Masked already. */
  told: z.array(z.string()),
  /** Where to go on: the application's request, with its name; null where there is none in this browser. */
  onward: z.object({ url: z.string(), name: z.string(), signedIn: z.boolean() }).nullable(),
  elsewhere: z.boolean(),
});
export type ReceiptNote = z.infer<typeof receipt>;

const link = z.string().regex(/^[\w-]{20,100}$/);

const SHAPES = { receipt, link } as const;
type Note<Key extends OwnNote> = z.infer<(typeof SHAPES)[Key]>;

/** What this browser carries, opened; undefined when it carries nothing that we sealed. */
export function readNote<Key extends OwnNote>(ctx: PageContext, key: Key): Note<Key> | undefined {
  const sealed = ctx.cookies.note(key);
  if (!sealed) return undefined;
  try {
    const shape: z.ZodType<Note<Key>> = SHAPES[key] as unknown as z.ZodType<Note<Key>>;
    return shape.safeParse(JSON.parse(ctx.ports.crypto.open(sealed, key))).data;
  } catch {
    return undefined;
  }
}

/** Seals `note` and gives it to the browser. */
export function writeNote<Key extends OwnNote>(ctx: PageContext, key: Key, note: Note<Key>): void {
  ctx.cookies.setNote(key, ctx.ports.crypto.seal(JSON.stringify(note), key));
}
