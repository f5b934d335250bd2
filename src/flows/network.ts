import { isIPv4, isIPv6 } from 'node:net';
import type { Take } from './ports.ts';

/** The address block that shares a budget: /24 of IPv4, /64 of IPv6. */
export function networkOf(ip: string): string {
  const mapped = plain(ip);
  if (isIPv4(mapped)) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(mapped)) return 'unknown';
  return `${groupsOf(mapped).slice(0, 4).join(':')}::/64`;
}

/** The /48 of an IPv6 address: what one customer is given, 65,536 networks of it. Undefined for IPv4. */
function siteOf(ip: string): string | undefined {
  const mapped = plain(ip);
  return isIPv6(mapped) ? `${groupsOf(mapped).slice(0, 3).join(':')}::/48` : undefined;
}

/** What an act takes from the budgets of the network that it comes from, and of the site that this one belongs to. */
export function perNetwork(act: 'recovery-begin' | 'contact-mail' | 'sms' | 'sign-in-failures', ip: string): Take[] {
  const site = siteOf(ip);
  const network: Take = { budget: `${act}-per-network`, key: networkOf(ip) };
  return site === undefined ? [network] : [network, { budget: `${act}-per-site`, key: site }];
}

function plain(ip: string): string {
  return ip.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}

function groupsOf(ip: string): string[] {
  const [head = '', tail] = ip.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}
