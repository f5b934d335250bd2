import { Browser, type BrowserSettings } from '../../web/recovery/browser.ts';
import { PageOf } from '../../web/recovery/page.ts';
import type { World } from '../../web/recovery/world.ts';

/** One request and its answer, as whoever looks over a shoulder would have it. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A browser that sends headers of its own with everything, and keeps every answer. */
export class Witness extends Browser {
  readonly seen: Exchange[] = [];
  private readonly extra: Readonly<Record<string, string>>;

  constructor(origin: string, extra: Readonly<Record<string, string>> = {}, settings: BrowserSettings = {}) {
    super(origin, settings);
    this.extra = extra;
  }

  override async request(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.extra)) headers.set(name, value);
    const response = await super.request(url, { ...init, headers });
    const body = await response.clone().text();
    this.seen.push({ method: init.method ?? 'GET', url, status: response.status, headers: response.headers, body });
    return response;
  }
}

/** So many browsers that have nothing in common: cookies, user agents, networks. */
export function strangers(world: Pick<World, 'origin'>, count: number): Witness[] {
  return Array.from({ length: count }, (_, n) => {
    const ip = `203.${n % 250}.${100 + Math.floor(n / 250)}.${1 + (n % 200)}`;
    return new Witness(world.origin, { 'user-agent': `Guesser/${n}.${n * 7}` }, { ip });
  });
}

/** One POST of a form of the page, without following where it leads. */
export async function postOnly(
  browser: Browser,
  page: PageOf,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ status: number; location: string; page: PageOf }> {
  const body = new URLSearchParams({ _csrf: page.csrf, ...fields }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await browser.request(path, { method: 'POST', body, headers });
  const shown = new PageOf(new URL(path, page.url), response.status, response.headers, await response.text());
  return { status: response.status, location: response.headers.get('location') ?? '', page: shown };
}

/** A page with a form that takes guesses, in a browser of somebody's own. */
export interface Door {
  readonly browser: Browser;
  readonly page: PageOf;
  readonly path: string;
}

/** Guesses at every door, `each` of them, all at once; the statuses of the answers, with how often each came. */
export async function volley(
  doors: readonly Door[],
  each: number,
  guess: (n: number) => Readonly<Record<string, string>>,
): Promise<Record<number, number>> {
  const shots = doors.flatMap((door, d) => Array.from({ length: each }, (_, n) => ({ door, n: d * each + n })));
  const answers = await Promise.all(
    shots.map(({ door: { browser, page, path }, n }) => postOnly(browser, page, path, guess(n))),
  );
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
