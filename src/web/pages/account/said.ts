import { z } from 'zod';
import type { TextKey, TextValues } from '../../../i18n/translate.ts';
import type { PageContext } from '../../frame/page.ts';

const schema = z.object({
  key: z.custom<TextKey>((value) => typeof value === 'string' && value.includes(':')),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  account: z.string(),
  passkeys: z.literal(true).optional(),
});
type Note = z.infer<typeof schema>;

/** What was just done, as the next page of the console tells it. */
export interface Said {
  readonly text: string;
  /** A passkey is no longer accepted: the browser may be told which ones are. */
  readonly passkeys: boolean;
}

export interface SayOptions {
  /** Whom it is for: by the next page somebody else may be signed in here. */
  readonly account: string;
  readonly passkeys?: true;
}

const CONTEXT = 'said';

type Visit = Pick<PageContext, 'cookies' | 'ports'>;

/**
 * Says on the next page of the console, once, what this POST has done: "“iPhone” was removed." Carried by the browser, sealed, so that the
 * POST can redirect and a reload repeats nothing. The text is made by the page that shows it, in its language.
 */
export function say({ cookies, ports }: Visit, key: TextKey, values: TextValues, options: SayOptions): void {
  const note: Note = { key, values, ...options };
  cookies.setNote('said', ports.crypto.seal(JSON.stringify(note), CONTEXT));
}

/** What was said, for this account; it stays until `said` has taken it. */
export function hasSaid(ctx: Visit & Pick<PageContext, 't'>, account: string): Said | undefined {
  const sealed = ctx.cookies.note('said');
  if (!sealed) return undefined;
  try {
    const note = schema.parse(JSON.parse(ctx.ports.crypto.open(sealed, CONTEXT)));
    if (note.account !== account) return undefined;
    return { text: ctx.t(note.key, note.values), passkeys: note.passkeys === true };
  } catch {
    return undefined; // not ours, under a key that is no longer known, or a text of another release
  }
}

/** The same, and it is said no more. `consolePage` shows it on every page that it renders. */
export function said(ctx: Visit & Pick<PageContext, 't'>, account: string): string | undefined {
  const told = hasSaid(ctx, account);
  if (ctx.cookies.note('said')) ctx.cookies.clear('said');
  return told?.text;
}
