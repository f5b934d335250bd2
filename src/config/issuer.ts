const PATH = /^(?:\/[A-Za-z0-9._~-]+)*$/;

/**
 * Reads the public URL of the provider (OpenID Connect Discovery 1.0, 3: no query, no fragment). A path is kept, since
 * pages may live below one; a trailing slash is dropped, since `iss` is compared as a string. `undefined`: not usable.
 */
export function parseIssuer(text: string): URL | undefined {
  const url = URL.parse(text.trim());
  if (!url || !['http:', 'https:'].includes(url.protocol) || /[?#@\\\s]/.test(text.trim())) return undefined;
  const path = url.pathname.replace(/\/$/, '');
  return PATH.test(path) ? new URL(url.origin + path) : undefined;
}

/** The issuer as a string without trailing slash: what every link starts with. */
export function issuerText(issuer: URL): string {
  return issuer.origin + issuer.pathname.replace(/\/$/, '');
}
