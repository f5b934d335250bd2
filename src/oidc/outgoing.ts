/**
 * What the provider fetches. oidc-provider refuses to connect to loopback and intranet addresses (SSRF), which is right for
 * addresses that strangers could name. A back-channel logout goes to a URI that an operator registered by hand, often an
 * application beside us (FEASIBILITY 3, trap 6): that request alone goes without the guard. It follows no redirect.
 */
export async function fetchForProvider(url: string | URL, options: RequestInit): Promise<Response> {
  if (!isLogoutNotice(options)) return fetch(url, options);
  const { body, headers, method, redirect, signal } = options;
  return fetch(url, {
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers }),
    ...(method !== undefined && { method }),
    ...(redirect !== undefined && { redirect }),
    ...(signal !== undefined && { signal }),
  });
}

function isLogoutNotice({ method, body }: RequestInit): boolean {
  return method === 'POST' && body instanceof URLSearchParams && body.has('logout_token');
}
