/** Scopes that have a meaning of their own (OpenID Connect Core 5.4, 11, and ours). */
const RESERVED = ['openid', 'offline_access', 'profile', 'email', 'phone', 'address', 'recovery'];

const LONGEST = 200;

/**
 * Whether an API can be called so: an absolute URI without fragment (RFC 8707, 2), in the characters of RFC 3986, so that what is compared exactly is
 * what was typed. Nothing is ever fetched from it.
 */
export function isApiIdentifier(text: string): boolean {
  if (text.length > LONGEST || !/^(?:https?:\/\/|urn:)[\w\-.~:/?[\]@!$&()*+,;=%]+$/.test(text)) return false;
  return URL.canParse(text);
}

/** A scope token (RFC 6749, 3.3) that is none of OpenID Connect. */
export function isApiScope(text: string): boolean {
  return text.length <= LONGEST && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text) && !RESERVED.includes(text);
}
