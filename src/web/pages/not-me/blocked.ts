import { z } from 'zod';
import { PROOF_KINDS } from '../../../domain/proof.ts';
import type { Frozen } from '../../../flows/freeze.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { browserName, deviceName } from '../account/names.ts';
import { START } from '../recovery/walk.ts';
import { needsOf } from './words.ts';

const BLOCKED = '/not-me/blocked';
const CONTEXT = 'blocked';

const schema = z.object({
  username: z.string(),
  sessions: z.number(),
  /** Names of things, in the language of the page that blocked them. */
  stopped: z.array(z.string()),
  waysBack: z.array(z.array(z.enum(PROOF_KINDS))),
});
type Note = z.infer<typeof schema>;

const MOST_NAMES = 12;
const LONGEST_NAME = 80;

/** "It wasn't me" was said: on to the page that tells what was stopped, which can be opened again. */
export function showBlocked({ cookies, ports, t }: PageContext, frozen: Frozen): Answer {
  const { credentials, contacts, browsers } = frozen.blocked;
  const names = [
    ...credentials.map((held) => deviceName(t, held)),
    ...contacts.map(({ value }) => value),
    ...browsers.map((browser) => browserName(t, browser)),
  ];
  const note: Note = {
    username: frozen.account.username,
    sessions: frozen.sessionsEnded,
    stopped: names.slice(0, MOST_NAMES).map((name) => name.slice(0, LONGEST_NAME)),
    waysBack: frozen.waysBack.map((way) => [...way]),
  };
  cookies.setNote('blocked', ports.crypto.seal(JSON.stringify(note), CONTEXT));
  return seeOther(BLOCKED);
}

/** What was stopped, and the one thing to do next: the way back, or support. */
export const blockedPage = page(BLOCKED, {
  get(ctx) {
    const note = read(ctx);
    if (!note) return seeOther(START);
    const { t } = ctx;
    const { sessions, stopped, username, waysBack } = note;
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
        support: ctx.brand.supportHref,
      },
      { returnTo: BLOCKED },
    );
  },
});

function read({ cookies, ports }: PageContext): Note | undefined {
  const sealed = cookies.note('blocked');
  if (!sealed) return undefined;
  try {
    return schema.parse(JSON.parse(ports.crypto.open(sealed, CONTEXT)));
  } catch {
    return undefined; // not ours, or under a key that is no longer known
  }
}
