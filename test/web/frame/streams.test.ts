import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { events, json } from '../../../src/web/frame/answer.ts';
import { page } from '../../../src/web/frame/page.ts';
import { createStreams, type EventStream } from '../../../src/web/frame/streams.ts';
import { startApp } from './app.ts';

const SETTINGS = { mostPerKey: 2, mostInAll: 100, lastsMs: 60_000, beatMs: 1_000 };
const nothing = () => () => {};
afterEach(() => void vi.useRealTimers());

describe('a stream', () => {
  test('sends what is said as events, ends when it is ended, and stops what fed it', async () => {
    const stop = vi.fn<() => void>();
    const stream = createStreams(SETTINGS).open('ada', (to) => {
      to.send('notice', { text: 'one\ntwo' });
      to.end();
      to.send('late', {});
      return stop;
    });
    if (!stream) throw new Error('not opened');
    expect(await text(stream)).toBe(':\n\nevent: notice\ndata: {"text":"one\\ntwo"}\n\n');
    expect(stop).toHaveBeenCalledOnce();
  });

  test('beats while nothing happens, and ends after its time', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout'] });
    const stream = createStreams({ ...SETTINGS, lastsMs: 2_500 }).open('ada', nothing);
    if (!stream) throw new Error('not opened');
    const whole = text(stream);
    vi.advanceTimersByTime(2_500);
    expect(await whole).toBe(':\n\n:\n\n:\n\n');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('one key has as many as it may; one that is gone makes room', async () => {
    const streams = createStreams(SETTINGS);
    const [first, second] = [streams.open('ada', nothing), streams.open('ada', nothing)];
    expect(streams.open('ada', nothing)).toBeUndefined();
    expect(streams.open('bob', nothing)).toBeDefined();
    const closed = once(first ?? process, 'close');
    first?.destroy();
    await closed;
    expect(streams.open('ada', nothing)).toBeDefined();
    expect(second?.destroyed).toBe(false);
  });

  test('all together have as many as they may; one that is gone makes room', async () => {
    const streams = createStreams({ ...SETTINGS, mostInAll: 3 });
    const open = ['ada', 'bob', 'cy'].map((key) => streams.open(key, nothing));
    expect(open).not.toContain(undefined);
    expect(streams.open('dee', nothing)).toBeUndefined();
    const closed = once(open[0] ?? process, 'close');
    open[0]?.destroy();
    await closed;
    expect(streams.open('dee', nothing)).toBeDefined();
    expect(streams.open('eve', nothing)).toBeUndefined();
  });

  test('who reads nothing is let go', async () => {
    let to: EventStream | undefined;
    const stream = createStreams(SETTINGS).open('ada', (given) => {
      to = given;
      return () => {};
    });
    for (let n = 0; n < 100; n += 1) to?.send('notice', { text: 'x'.repeat(1_000) });
    expect(stream?.destroyed).toBe(true);
  });
});

const live = page('/live', { get: () => events('ada', () => () => {}) });

describe('over HTTP', () => {
  test('a stop of the server ends open streams at once, and opens no more', async () => {
    const app = await startApp({ pages: [live, page('/other', { get: () => json({}) })] });
    const open = await Promise.all([1, 2, 3].map(() => app.get('/live')));
    expect(open.map(({ status }) => status)).toEqual([200, 200, 200]);
    const began = performance.now();
    app.frame.streams.end();
    expect((await app.get('/live')).status).toBe(204);
    await app.server.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await Promise.all(open.map((response) => response.text()))).toEqual([':\n\n', ':\n\n', ':\n\n']);
    await app.stop();
  });

  test('a client that goes is no fault: nothing of it in the log above the line of the request', async () => {
    const app = await startApp({ pages: [live] });
    const gone = new AbortController();
    const response = await fetch(`${app.origin}/live`, { signal: gone.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    gone.abort();
    await expect.poll(() => app.log()).toContain('"aborted":true');
    expect(app.log()).not.toMatch(/"level":(?:40|50|60)/);
    await app.stop();
  });
});
