import { ISSUER } from '../../support/ports.ts';
import { type Form, PageOf } from './page.ts';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly expires: number;
}

/** What a browser sends beside what a test asks for. */
export interface BrowserSettings {
  /** The address it comes from, as a trusted proxy says; each browser has its own unless told otherwise. */
  readonly ip?: string;
  readonly language?: string;
}

let browsers = 0;

/**
 * A browser without JavaScript over real HTTP: cookies with their paths and times, redirects followed while they stay at Regain,
 * forms filled in as they were rendered. Addresses are those of the issuer; requests go to `origin`.
 */
export class Browser {
  readonly jar = new Map<string, Cookie>();
  readonly ip: string;
  private readonly origin: string;
  private readonly language: string;

  constructor(origin: string, { ip, language = 'en' }: BrowserSettings = {}) {
    browsers += 1;
    this.origin = origin;
    // Each in a network of its own, since networks have caps.
    this.ip = ip ?? `198.${18 + ((browsers >> 8) & 1)}.${browsers & 255}.7`;
    this.language = language;
  }

  /** The same browser as somebody who copied all of its cookies would have it. */
  copy(): Browser {
    const other = new Browser(this.origin, { language: this.language });
    for (const [key, cookie] of this.jar) other.jar.set(key, cookie);
    return other;
  }

  cookie(name: string): string | undefined {
    return [...this.jar.values()].find((cookie) => cookie.name === name)?.value;
  }

  /** One request; redirects are not followed. `url`: below the issuer. */
  async request(url: string, init: RequestInit = {}): Promise<Response> {
    const target = new URL(url, ISSUER);
    const headers = new Headers({ accept: 'text/html', 'accept-language': this.language, ...headersOf(init) });
    headers.set('x-forwarded-for', this.ip);
    headers.set('cookie', this.cookiesFor(target.pathname));
    const response = await fetch(this.origin + target.pathname + target.search, {
      ...init,
      headers,
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  /** Opens an address and follows redirects as far as they stay at Regain. */
  async open(url: string, init?: RequestInit): Promise<PageOf> {
    let at = new URL(url, ISSUER);
    let response = await this.request(at.href, init);
    for (let hops = 0; hops < 12; hops += 1) {
      const location = response.headers.get('location');
      if (!location) return new PageOf(at, response.status, response.headers, await response.text());
      const next = new URL(location, at);
      if (next.origin !== ISSUER) return new PageOf(next, response.status, response.headers, '');
      at = next;
      response = await this.request(at.href);
    }
    throw new Error(`redirected in circles at ${at.pathname}`);
  }

  /** Sends a form of a page, filled in, by the button whose text is `button`; its first one when none is named. */
  press(page: PageOf, button?: string, fields: Record<string, string> = {}): Promise<PageOf> {
    return this.submit(page.formWith(button), page, fields, button);
  }

  submit(form: Form, page: PageOf, fields: Record<string, string> = {}, button?: string): Promise<PageOf> {
    const pressed = button === undefined ? form.buttons[0] : form.buttons.find(({ text }) => text === button);
    for (const name of Object.keys(fields)) {
      if (!(name in form.fields)) throw new Error(`the form at ${page.url.pathname} has no field ${name}`);
    }
    const named = pressed?.name ? { [pressed.name]: pressed.value } : {};
    const action = new URL(pressed?.action ?? form.action ?? page.url.href, page.url);
    return this.post(action.href, { ...form.fields, ...named, ...fields });
  }

  /** Fields as they are, to any address. */
  post(url: string, fields: Record<string, string> | string): Promise<PageOf> {
    const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
    return this.open(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }

  private cookiesFor(pathname: string): string {
    return [...this.jar.values()]
      .filter(({ expires }) => expires > Date.now())
      .filter(({ path }) => path === '/' || pathname === path || pathname.startsWith(`${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const [name = '', ...rest] = pair.split('=');
    const said = (key: string) =>
      attributes.find((entry) => entry.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const path = said('path') ?? '/';
    const expires = said('expires');
    const until = expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires);
    if (until <= Date.now()) this.jar.delete(`${name} ${path}`);
    else this.jar.set(`${name} ${path}`, { name, value: rest.join('='), path, expires: until });
  }
}

function headersOf({ headers }: RequestInit): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}
