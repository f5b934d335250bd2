/** A browser as far as these tests need one: one cookie jar for the host, redirects followed across ports. */
export function openBrowser(language = 'en') {
  const jar = new Map<string, string>();
  const visit = async (url: string, init: RequestInit = {}): Promise<{ url: URL; status: number; html: string }> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, 'accept-language': language };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    const location = response.headers.get('location');
    if (location !== null) {
      await response.body?.cancel();
      return visit(new URL(location, url).href);
    }
    return { url: new URL(url), status: response.status, html: await response.text() };
  };
  return { visit, jar };
}

function keep(jar: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (/expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
  else jar.set(name, value);
}

/** What stands in the element with this `data-testid`. */
export function byTestId(html: string, id: string): string | undefined {
  return new RegExp(`data-testid="${id}">([^<]*)<`).exec(html)?.[1];
}
