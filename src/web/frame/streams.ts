import { PassThrough, type Readable } from 'node:stream';

/** Server-sent events of one open page (WHATWG HTML, 9.2). */
export interface EventStream {
  /** `data` goes out as JSON. */
  send(event: string, data: object): void;
  end(): void;
}

/** Says what there is to say for as long as the page listens; returns how to stop. */
export type Follow = (stream: EventStream) => () => void;

/** The streams of this process. */
export interface Streams {
  /** Undefined: this `key` has as many open as it may, all together have, or the server stops. The page is told to ask no more, and learns all on its next load. */
  open(key: string, follow: Follow): Readable | undefined;
  /** Ends all of them and opens no more: pages ask again and reach another node. */
  end(): void;
}

export interface StreamSettings {
  readonly mostPerKey: number;
  /** In this process: each holds a connection and memory. */
  readonly mostInAll: number;
  /** Whoever listens longer asks again, so that whether they may is looked at anew. */
  readonly lastsMs: number;
  /** Something is written as often as that, so that nothing on the way takes the connection for dead. */
  readonly beatMs: number;
}

const SETTINGS: StreamSettings = { mostPerKey: 10, mostInAll: 2_000, lastsMs: 30 * 60_000, beatMs: 20_000 };
/** A client that reads nothing is let go. */
const MOST_UNREAD = 65_536;

export function createStreams({ mostPerKey, mostInAll, lastsMs, beatMs }: StreamSettings = SETTINGS): Streams {
  const open = new Map<string, Set<PassThrough>>();
  let inAll = 0;
  let stopped = false;

  const start = (key: string, follow: Follow): Readable => {
    const out = new PassThrough();
    const write = (text: string) => {
      if (out.writableEnded || out.destroyed) return;
      if (out.readableLength > MOST_UNREAD) out.destroy();
      else out.write(text);
    };
    const others = open.get(key) ?? new Set();
    open.set(key, others.add(out));
    inAll += 1;
    // The first bytes send the headers.
    write(':\n\n');
    const beat = setInterval(() => write(':\n\n'), beatMs).unref();
    const last = setTimeout(() => out.end(), lastsMs).unref();
    const stop = follow({
      send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
      end: () => void out.end(),
    });
    // Whichever side ended it.
    out.once('close', () => {
      clearInterval(beat);
      clearTimeout(last);
      others.delete(out);
      inAll -= 1;
      if (others.size === 0) open.delete(key);
      stop();
    });
    return out;
  };

  return {
    open: (key, follow) => {
      const isFull = inAll >= mostInAll || (open.get(key)?.size ?? 0) >= mostPerKey;
      return stopped || isFull ? undefined : start(key, follow);
    },
    end: () => {
      stopped = true;
      for (const streams of open.values()) for (const stream of streams) stream.end();
    },
  };
}
