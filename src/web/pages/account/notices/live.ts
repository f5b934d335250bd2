import { isAlive, type Owner } from '../../../../flows/account/act.ts';
import { type Answer, events } from '../../../frame/answer.ts';
import { type PageContext, page } from '../../../frame/page.ts';
import type { EventStream } from '../../../frame/streams.ts';
import { toldIn } from '../banner.ts';
import { ownerOf } from '../console-page.ts';

/**
 * What an open page of the console listens to (issue 3.5): `notice` for what happens to the account elsewhere, `ended` once the session is over;
 * each as views/assets/live.js shows it, in the page's language. Nothing but the session's cookie opens it, and it changes nothing.
 */
export const livePage = page('/account/live', {
  async get(ctx): Promise<Answer> {
    const owner = await ownerOf(ctx);
    // By session: another one of the account, perhaps a thief's, takes no place from this one.
    if (owner) return events(owner.session.uid, (stream) => follow(ctx, owner, stream));
    // The page is open still, its session is not.
    return events(`ended ${ctx.visitor.ip}`, (stream) => {
      stream.send('ended', ended(ctx, undefined));
      stream.end();
      return () => {};
    });
  },
});

/** Looks again whenever something happened to the account, on whatever node; what it had said already it does not repeat. */
function follow(ctx: PageContext, owner: Owner, stream: EventStream): () => void {
  const said = new Set<string>();
  let looking = Promise.resolve();
  let waiting = false;
  let stopped = false;
  const look = async () => {
    waiting = false;
    const alive = await isAlive(ctx.ports, ctx.ports.store, owner);
    const news = (await toldIn(ctx, owner)).filter(({ id }) => !said.has(id)).toReversed();
    if (stopped) return;
    if (!alive) {
      stream.send('ended', ended(ctx, news.at(-1)?.text));
      return stream.end();
    }
    for (const { id, text, href, label } of news) {
      said.add(id);
      stream.send('notice', { text, href: ctx.url(href), label });
    }
  };
  const changed = () => {
    // One after the other: what comes while it looks is looked at afterwards, once.
    if (waiting) return;
    waiting = true;
    looking = looking.then(look).catch((error: unknown) => {
      ctx.log.warn({ err: error }, 'an open page could not be told');
      stream.end();
    });
  };
  const stop = ctx.ports.live.listen(owner.account.id, changed);
  changed();
  return () => {
    stopped = true;
    stop();
  };
}

/** What ended the session, where it is known; a page that needs no session says what to do. */
function ended(ctx: PageContext, because: string | undefined): { text: string; href: string; label: string } {
  const { t } = ctx;
  return because === undefined
    ? { text: t('account:ended_text'), href: ctx.url('/account'), label: t('account:ended_sign_in') }
    : {
        text: t('account:ended_because', { what: because }),
        href: ctx.url('/help/notices'),
        label: t('account:ended_look'),
      };
}
