import type { PairingStage } from '../../../domain/pairing.ts';
import { type PairingBy, type SeenPairing, seePairing } from '../../../flows/pairing/see-pairing.ts';
import { type Answer, events } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import type { EventStream } from '../../frame/streams.ts';

/** What a page listens to that shows a pairing at this stage, as its view takes it (views/assets/follow.js). `live`, `page`: `/path`. */
export function followed(ctx: Pick<PageContext, 'url'>, live: string, page: string, stage: PairingStage['stage']) {
  return { live: `${ctx.url(live)}?at=${stage}`, page: ctx.url(page), stage };
}

/**
 * Says `changed` to an open page once the pairing is at another stage than the page shows (`at`, in the query), whoever took the step and
 * on whatever node; then the page is loaded again. Changes nothing.
 */
export async function followPairing(ctx: PageContext, by: PairingBy | undefined): Promise<Answer> {
  const shown = ctx.query('at');
  const first = by && (await seePairing(ctx.ports, by));
  if (!by || !first) return events('', over);
  return events(`pairing-${first.pairing.id}`, (stream) => follow(ctx, by, shown, first, stream));
}

function over(stream: EventStream): () => void {
  stream.send('changed', {});
  stream.end();
  return () => {};
}

function follow(
  ctx: PageContext,
  by: PairingBy,
  shown: string | undefined,
  first: SeenPairing,
  stream: EventStream,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const tell = () => {
    if (!stopped) over(stream);
  };
  const judge = (seen: SeenPairing | undefined) => {
    if (stopped) return;
    if (!seen || seen.at.stage !== shown) return tell();
    clearTimeout(timer);
    const left = seen.pairing.expiresAt - ctx.ports.now();
    if (seen.at.stage !== 'done' && seen.at.stage !== 'over') timer = setTimeout(look, Math.max(0, left) + 50).unref();
  };
  const look = () => {
    seePairing(ctx.ports, by).then(judge, (error: unknown) => {
      ctx.log.warn({ err: error }, 'an open page could not be told');
      stream.end();
    });
  };
  const stop = ctx.ports.live.listen(first.account.id, look);
  // What happened between the reading above and the listening is seen by looking again.
  look();
  return () => {
    stopped = true;
    clearTimeout(timer);
    stop();
  };
}
