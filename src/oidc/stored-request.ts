/** Parameters of an authorization request that are kept with a journey and may start it anew. Nothing else gets into an address. */
const KEPT = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'max_age',
  'acr_values',
  'claims',
  'resource',
  'ui_locales',
  'claims_locales',
  'display',
  'login_hint',
  'id_token_hint',
  'dpop_jkt',
] as const;

/** The parameters of an interaction as a journey keeps them. */
export function storedRequest(params: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(KEPT.flatMap((name) => (typeof params[name] === 'string' ? [[name, params[name]]] : [])));
}

/**
 * Starts a stored authorization request anew, at our own authorization endpoint, which checks it like any other. One that the
 * application had pushed (RFC 9126) is started by its parameters; a client that must push refuses that, with an error page.
 */
export function restartUrl(issuerUrl: string, request: Readonly<Record<string, string>>): string {
  // What began on a device has no address to come back to: its code is typed anew.
  if (request['redirect_uri'] === undefined) return `${issuerUrl}/device`;
  return `${issuerUrl}/auth?${new URLSearchParams(storedRequest(request)).toString()}`;
}
