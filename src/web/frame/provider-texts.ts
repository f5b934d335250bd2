import type { TextKey } from '../../i18n/translate.ts';

/**
 * What to tell a person about an OAuth or OpenID Connect error that cannot be sent back to the application (RFC 6749 4.1.2.1; OpenID
 * Connect Core 3.1.2.6): what happened and what to do. Whoever runs the application reads the code and description below it.
 */
export function providerTexts(error: string, cause: Error): { title: TextKey; text: TextKey } {
  if (error === 'not_found') return { title: 'errors:not_found_title', text: 'errors:not_found_text' };
  // the library's name for an interaction or session that is gone or another browser's
  if (cause.name === 'SessionNotFound')
    return { title: 'errors:no_longer_open_title', text: 'errors:no_longer_open_text' };
  const stem = STEMS.get(error) ?? 'oidc_other';
  return { title: `errors:${stem}_title`, text: `errors:${stem}_text` };
}

type Stem =
  | 'oidc_unknown_client'
  | 'oidc_wrong_redirect'
  | 'oidc_bad_request'
  | 'oidc_denied'
  | 'oidc_sign_in_needed'
  | 'oidc_not_strong_enough'
  | 'oidc_expired';

const STEMS = new Map<string, Stem>([
  ['invalid_client', 'oidc_unknown_client'],
  ['unauthorized_client', 'oidc_unknown_client'],
  ['invalid_redirect_uri', 'oidc_wrong_redirect'],
  ['invalid_request', 'oidc_bad_request'],
  ['invalid_request_uri', 'oidc_bad_request'],
  ['invalid_request_object', 'oidc_bad_request'],
  ['unsupported_response_type', 'oidc_bad_request'],
  ['unsupported_response_mode', 'oidc_bad_request'],
  ['invalid_scope', 'oidc_bad_request'],
  ['invalid_target', 'oidc_bad_request'],
  ['access_denied', 'oidc_denied'],
  ['login_required', 'oidc_sign_in_needed'],
  ['interaction_required', 'oidc_sign_in_needed'],
  ['consent_required', 'oidc_sign_in_needed'],
  ['account_selection_required', 'oidc_sign_in_needed'],
  ['unmet_authentication_requirements', 'oidc_not_strong_enough'],
  ['invalid_token', 'oidc_expired'],
  ['invalid_grant', 'oidc_expired'],
  ['expired_token', 'oidc_expired'],
]);
