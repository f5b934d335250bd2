/** A browser as far as the provider sees one: cookies with their paths, redirects followed while they stay at the provider. */
export class Browser {
  private readonly jar = new Map<string, { name: string; value: string; path: string }>();
  private readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  cookie(name: string): string | undefined {
    return [...this.jar.values()].find((cookie) => cookie.name === name)?.value;
  }

  /** Another browser with the same cookies, as somebody who stole them would have. */
  copy(): Browser {
    const other = new Browser(this.origin);
    for (const [key, cookie] of this.jar) other.jar.set(key, cookie);
    return other;
  }

  async request(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url, this.origin);
    const mine = [...this.jar.values()].filter(
      ({ path }) => path === '/' || pathname === path || pathname.startsWith(`${path}/`),
    );
    const headers = new Headers(init.headers);
    headers.set('cookie', mine.map(({ name, value }) => `${name}=${value}`).join('; '));
    if (!headers.has('accept')) headers.set('accept', 'text/html');
    const response = await fetch(new URL(url, this.origin), { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const [name = '', ...value] = pair.split('=');
    const get = (key: string) =>
      attributes.find((entry) => entry.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const path = get('path') ?? '/';
    const expires = get('expires');
    if (expires && Date.parse(expires) <= Date.now()) this.jar.delete(`${name} ${path}`);
    else this.jar.set(`${name} ${path}`, { name, value: value.join('='), path });
  }

  /** Goes to `url` and on through redirects, until a page answers or the way leads to another origin. */
  async go(url: string | URL, init?: RequestInit): Promise<Stop> {
    let response = await this.request(String(url), init);
    for (let hops = 0; hops < 10; hops += 1) {
      const location = response.headers.get('location');
      if (!location || response.status < 300 || response.status > 399) {
        return { url: new URL(response.url), status: response.status, body: await response.text(), left: false };
      }
      const next = new URL(location, response.url);
      if (next.origin !== this.origin) return { url: next, status: response.status, body: '', left: true };
      response = await this.request(next.href);
    }
    throw new Error('redirected in circles');
  }
}

/** Where the browser has come to: a page of the provider, or (`left`) an address of an application. */
export interface Stop {
  readonly url: URL;
  readonly status: number;
  readonly body: string;
  readonly left: boolean;
}
