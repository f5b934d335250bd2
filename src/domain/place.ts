/** Roughly where a request came from, as far as its address says by itself: no outside service is asked. */
export interface Place {
  readonly kind: 'this-machine' | 'local-network' | 'address';
  /** IPv4: the address. IPv6: its /64, because the rest changes by the day and names one device. */
  readonly text: string;
}

/** RFC 1918, RFC 3927 (link-local), RFC 6598 (shared by a provider's customers). */
const LOCAL_V4 = /^(?:10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
/** RFC 4193 (fc00::/7) and RFC 4291 (fe80::/10). */
const LOCAL_V6 = /^f(?:[cd][\da-f]{2}|e[89ab][\da-f]):/;

/**
 * What there is to say of an IP address, e.g. `203.0.113.9` → the address itself, `2001:db8:1:2:3::4` → `2001:db8:1:2::/64`,
 * `::ffff:203.0.113.9` (RFC 4291, 2.5.5.2) → the IPv4 address in it. Undefined for what is no address.
 */
export function describePlace(ip: string): Place | undefined {
  const plain = plainAddress(ip);
  if (plain === undefined) return undefined;
  if (plain.includes(':')) {
    if (plain === '::1') return { kind: 'this-machine', text: plain };
    return { kind: LOCAL_V6.test(plain) ? 'local-network' : 'address', text: network(plain) };
  }
  if (plain.startsWith('127.')) return { kind: 'this-machine', text: plain };
  return { kind: LOCAL_V4.test(plain) ? 'local-network' : 'address', text: plain };
}

/** In the one spelling of RFC 5952, without a zone (`%eth0`); IPv4 for an IPv4-mapped one. Undefined for anything else. */
function plainAddress(ip: string): string | undefined {
  const bare = ip.trim().replace(/%.*$/, '');
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(bare))
    return bare.split('.').every((part) => Number(part) < 256) ? bare : undefined;
  if (!/^[\da-f:.]{2,45}$/i.test(bare)) return undefined;
  const canonical = URL.parse(`http://[${bare}]`)?.hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical ?? '');
  return mapped ? mapped.slice(1).flatMap(twoBytes).join('.') : canonical;
}

const twoBytes = (group: string): number[] => {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
};

/** The first 64 bits of an IPv6 address in its canonical spelling. */
function network(address: string): string {
  const [start = '', end] = address.split('::');
  const before = start ? start.split(':') : [];
  const after = end ? end.split(':') : [];
  const zeros = end === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4);
  while (groups.at(-1) === '0') groups.pop();
  return `${groups.join(':')}::/64`;
}
