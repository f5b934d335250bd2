/** Why an application cannot be registered with an address. Each has a text in both languages. */
export type AddressFault =
  | 'not-an-address'
  | 'fragment'
  | 'wildcard'
  | 'http'
  | 'scheme'
  | 'user'
  | 'characters'
  | 'too-long';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const LONGEST = 2000;
/** What an address is written with (RFC 3986, 2): nothing that a parser would change. */
const WRITTEN = /^(?:[\w\-.~:/?[\]@!$&()+,;=]|%[0-9A-Fa-f]{2})*$/;

/**
 * What is wrong with an address that browsers or notices of an application are to go to; undefined: nothing. It is https, or http on the loopback
 * interface, whole and compared character by character, so without wildcard (RFC 9700, 2.1), and without fragment (RFC 6749, 3.1.2).
 */
export function faultOfAddress(text: string): AddressFault | undefined {
  if (text.length > LONGEST) return 'too-long';
  const url = URL.parse(text);
  if (!url || !/^[a-z][a-z0-9+.-]*:/i.test(text)) return 'not-an-address';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'scheme';
  if (!/^https?:\/\/[^/]/i.test(text)) return 'not-an-address';
  if (text.includes('#')) return 'fragment';
  if (text.includes('*')) return 'wildcard';
  if (!WRITTEN.test(text)) return 'characters';
  if (url.username !== '' || url.password !== '') return 'user';
  return url.protocol === 'https:' || LOOPBACK.includes(url.hostname) ? undefined : 'http';
}
