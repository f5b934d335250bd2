/** What a browser shows. */
export interface Shown {
  readonly status: number;
  /** Path and query of the page, after redirects. */
  readonly path: string;
  readonly headers: Headers;
  readonly html: string;
  /** What a person reads: entities and spaces resolved, apostrophes and spaces folded to plain ones. */
  readonly text: string;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

const MOST_HOPS = 10;

/** A browser without scripts: keeps cookies with their paths, follows redirects below one origin, posts the forms of the page it shows. */
export class PageBrowser {
  private readonly jar = new Map<string, Cookie>();
  private readonly origin: string;
  private readonly headers: Readonly<Record<string, string>>;
  private current: Shown | undefined;

  constructor(origin: string, headers: Readonly<Record<string, string>> = {}) {
    this.origin = origin;
    this.headers = headers;
  }

  /** The page it shows. */
  get page(): Shown {
    if (!this.current) throw new Error('the browser shows no page yet');
    return this.current;
  }

  cookie(name: string): string | undefined {
    return [...this.jar.values()].find((cookie) => cookie.name === name)?.value;
  }

  cookies(): readonly Cookie[] {
    return [...this.jar.values()];
  }

  setCookie(name: string, value: string, path = '/'): void {
    this.jar.set(`${name} ${path}`, { name, value, path });
  }

  /** One request, redirects not followed; the page shown stays. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(path, this.origin);
    const mine = this.cookies().filter(
      (cookie) => cookie.path === '/' || pathname === cookie.path || pathname.startsWith(`${cookie.path}/`),
    );
    const headers = new Headers({ accept: 'text/html', ...this.headers });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    headers.set('cookie', mine.map(({ name, value }) => `${name}=${value}`).join('; '));
    const response = await fetch(new URL(path, this.origin), { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  /** Opens an address and follows redirects. */
  open(path: string): Promise<Shown> {
    return this.show(path);
  }

  /** Posts a form, with the CSRF token of the page it shows, and follows redirects. */
  async post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<Shown> {
    return this.show(path, { method: 'POST', body: new URLSearchParams({ _csrf: this.csrf, ...fields }) });
  }

  /** Presses the button with this text: sends its form, with what is typed into its fields. */
  async press(button: string, fields: Readonly<Record<string, string>> = {}): Promise<Shown> {
    const form = formsOf(this.page).find(({ buttons }) => buttons.some(({ text }) => text === fold(button)));
    if (!form) throw new Error(`no button “${button}” on ${this.page.path}: ${this.page.text}`);
    const pressed = form.buttons.find(({ text }) => text === fold(button));
    return this.post(form.action || this.page.path, {
      ...form.hidden,
      ...(pressed?.name && { [pressed.name]: pressed.value }),
      ...fields,
    });
  }

  /** The address that the link with this text leads to. */
  link(text: string): string {
    const found = [...this.page.html.matchAll(/<a\b[^>]*href="([^"]*)"[^>]*>([^]*?)<\/a>/g)].find(
      ([, , inner = '']) => readable(inner) === fold(text),
    );
    if (!found?.[1]) throw new Error(`no link “${text}” on ${this.page.path}: ${this.page.text}`);
    return unescape(found[1]);
  }

  get csrf(): string {
    return /name="_csrf" value="([^"]*)"/.exec(this.current?.html ?? '')?.[1] ?? '';
  }

  private async show(path: string, init: RequestInit = {}): Promise<Shown> {
    let at = path;
    let response = await this.request(at, init);
    for (let hops = 0; response.status === 303 || response.status === 302; hops += 1) {
      if (hops === MOST_HOPS) throw new Error(`redirected in circles at ${at}`);
      at = response.headers.get('location') ?? '';
      response = await this.request(at);
    }
    const html = await response.text();
    this.current = { status: response.status, path: at, headers: response.headers, html, text: readable(html) };
    return this.current;
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const [name = '', ...value] = pair.split('=');
    const get = (key: string) =>
      attributes.find((entry) => entry.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const path = get('path') ?? '/';
    const expires = get('expires');
    if (expires && Date.parse(expires) <= Date.now()) this.jar.delete(`${name} ${path}`);
    else this.setCookie(name, value.join('='), path);
  }
}

interface Form {
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly buttons: readonly { readonly text: string; readonly name: string; readonly value: string }[];
}

function formsOf({ html }: Shown): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([^]*?)<\/form>/g)].map(([, tag = '', inner = '']) => ({
    action: attribute(tag, 'action'),
    hidden: Object.fromEntries(
      [...inner.matchAll(/<input type="hidden"([^>]*)>/g)].map(([, input = '']) => [
        attribute(input, 'name'),
        attribute(input, 'value'),
      ]),
    ),
    buttons: [...inner.matchAll(/<button\b([^>]*)>([^]*?)<\/button>/g)].map(([, button = '', text = '']) => ({
      text: readable(text),
      name: attribute(button, 'name'),
      value: attribute(button, 'value'),
    })),
  }));
}

const attribute = (tag: string, name: string): string =>
  unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

/** The challenge of the first passkey form on the page of this kind, as browsers answer it. */
export function challengeOn(
  { html }: Shown,
  kind: 'authenticate' | 'register' | 'conditional' = 'authenticate',
): string {
  const challenge = new RegExp(`data-passkey="${kind}" data-options="[^"]*challenge&#34;:&#34;([\\w-]+)`).exec(
    html,
  )?.[1];
  if (!challenge) throw new Error(`no passkey form (${kind}) on the page`);
  return challenge;
}

/** Typographic apostrophes and spaces as plain ones. */
export const fold = (text: string): string => text.replaceAll('’', "'").replaceAll(/\s+/g, ' ').trim();

function readable(html: string): string {
  const body = html.replaceAll(/<(head|script|style|svg)\b[^]*?<\/\1>/g, ' ');
  return fold(unescape(body.replaceAll(/<[^>]*>/g, ' ')));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', '#34': '"', '#39': "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
