import { z } from 'zod';
import { maskContact } from '../../../domain/contact.ts';
import { PROOF_KINDS } from '../../../domain/proof.ts';
import { whatElse } from '../../../flows/contest-also.ts';
import type { Frozen } from '../../../flows/freeze.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { browserName, deviceName } from '../account/names.ts';
import { START } from '../recovery/walk.ts';
import { needsOf } from './words.ts';

export const BLOCKED = '/not-me/blocked';
export const ALSO_PATH = '/not-me/also';
const CONTEXT = 'blocked';

const schema = z.object({
  /** The cookie goes after an hour; what was copied from it is nothing then either. */
  until: z.number(),
  accountId: z.string(),
  noticeId: z.string(),
  username: z.string(),
  sessions: z.number(),
  /** Names of things, in the language of the page that blocked them. */
  stopped: z.array(z.string()),
  waysBack: z.array(z.array(z.enum(PROOF_KINDS))),
});
type Note = z.infer<typeof schema>;

const LASTS_MS = 3_600_000;
const MOST_NAMES = 12;
const LONGEST_NAME = 80;

/**
 * "It wasn't me" was said to the act of this notice: on to the page that tells what was stopped, which can be opened again; where more is
 * likely the same hand's and was not asked about yet (`asks`), to that first.
 */
export function showBlocked(
  ctx: PageContext,
  frozen: Frozen,
  noticeId: string,
  { asks = false }: { readonly asks?: boolean } = {},
): Answer {
  keep(ctx, {
    until: ctx.ports.now() + LASTS_MS,
    accountId: frozen.account.id,
    noticeId,
    username: frozen.account.username,
    sessions: frozen.sessionsEnded,
    ...stoppedBy(ctx, frozen),
  });
  return seeOther(asks ? ALSO_PATH : BLOCKED);
}

/** More was contested: it stands beside what was stopped before. */
export function showAlsoBlocked(ctx: PageContext, note: Note, frozen: Frozen): Answer {
  const { stopped, waysBack } = stoppedBy(ctx, frozen);
  keep(ctx, { ...note, stopped: [...new Set([...note.stopped, ...stopped])].slice(0, MOST_NAMES), waysBack });
  return seeOther(BLOCKED);
}

/** Addresses and numbers masked: whoever typed the digits has a message of the account, and perhaps nothing else. */
function stoppedBy({ t }: PageContext, { blocked, waysBack }: Frozen): Pick<Note, 'stopped' | 'waysBack'> {
  const names = [
    ...blocked.credentials.map((held) => deviceName(t, held)),
    ...blocked.contacts.map(maskContact),
    ...blocked.browsers.map((browser) => browserName(t, browser)),
  ];
  return {
    stopped: names.slice(0, MOST_NAMES).map((name) => name.slice(0, LONGEST_NAME)),
    waysBack: waysBack.map((way) => [...way]),
  };
}

/** What was stopped, and the one thing to do next: the way back, or support. */
export const blockedPage = page(BLOCKED, {
  async get(ctx) {
    const note = readBlocked(ctx);
    if (!note) return seeOther(START);
    const { t } = ctx;
    const { sessions, stopped, username, waysBack } = note;
    const others = await whatElse(ctx.ports, note);
    return render(
      'not-me/blocked',
      t('not-me:blocked_title'),
      {
        username,
        rows: [
          ...(stopped.length > 0 ? [{ key: t('not-me:blocked_what'), value: stopped, icon: 'ban' }] : []),
          {
            key: t('receipt:sessions'),
            value: sessions === 0 ? t('receipt:sessions_none') : t('receipt:sessions_ended', { count: sessions }),
            icon: 'log-out',
          },
        ],
        needs: needsOf(ctx, waysBack),
        unblock: ctx.url(START),
        also: others.length > 0 ? ctx.url(ALSO_PATH) : undefined,
        support: ctx.brand.supportHref,
      },
      { returnTo: BLOCKED },
    );
  },
});

function keep({ cookies, ports }: PageContext, note: Note): void {
  cookies.setNote('blocked', ports.crypto.seal(JSON.stringify(note), CONTEXT));
}

/** What this browser has stopped within the hour. */
export function readBlocked({ cookies, ports }: PageContext): Note | undefined {
  const sealed = cookies.note('blocked');
  if (!sealed) return undefined;
  try {
    const note = schema.parse(JSON.parse(ports.crypto.open(sealed, CONTEXT)));
    return note.until > ports.now() ? note : undefined;
  } catch {
    return undefined; // not ours, or under a key that is no longer known
  }
}
