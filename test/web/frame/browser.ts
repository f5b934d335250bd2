import type { TestApp } from './app.ts';

/** As much of a browser as a form needs: it keeps cookies, by name and value only. */
export interface Browser {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** A form as a browser sends it; `body` instead of `fields` for what no browser sends. */
  post(path: string, fields: Record<string, string> | string, headers?: Record<string, string>): Promise<Response>;
  /** The CSRF token of the form on the page at `path`. */
  tokenFrom(path: string): Promise<string>;
}

export function openBrowser(app: TestApp): Browser {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit, headers: Record<string, string>): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = { ...(cookie && { cookie }), ...headers };
    const response = await fetch(app.origin + path, { redirect: 'manual', ...init, headers: all });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const get: Browser['get'] = (path, headers = {}) => send(path, {}, headers);
  return {
    cookies,
    get,
    post: (path, fields, headers = {}) => {
      const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
      return send(path, { method: 'POST', body }, { 'content-type': 'application/x-www-form-urlencoded', ...headers });
    },
    tokenFrom: async (path) => tokenIn(await (await get(path)).text()),
  };
}

export const tokenIn = (html: string): string => /name="_csrf" value="([^"]*)"/.exec(html)?.[1] ?? '';

/** The reference number that an error page or JSON error shows. */
export const referenceIn = (text: string): string => /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(text)?.[0] ?? 'none';
