/** One comparison rule everywhere (STANDARDS E-01): NFC, domain in lower case, no tricks with dots or plus signs. */
export interface EmailAddress {
  /** As it was typed, trimmed: mail goes here. */
  readonly address: string;
  /** What uniqueness and look-ups compare: all lower case. */
  readonly key: string;
}

const SHAPE =
  /^[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]{0,61}[\p{L}\p{N}]$/u;

/** Reads an e-mail address, or `undefined`. Compatibility look-alikes are not folded: another spelling is another address (A21). */
export function parseEmail(typed: string): EmailAddress | undefined {
  const address = typed.trim().normalize('NFC');
  if (address.length > 254 || !SHAPE.test(address)) return undefined;
  return { address, key: address.toLowerCase() };
}

/** The key under which a typed username is found. */
export function usernameKey(typed: string): string {
  return typed.trim().normalize('NFC').toLowerCase();
}

/** `j•••@e•••.com`: enough for the owner to know it again, shown only after a first proof. */
export function maskEmail(address: string): string {
  const [local = '', domain = ''] = address.split('@');
  const tld = domain.slice(domain.lastIndexOf('.'));
  return `${Array.from(local)[0] ?? ''}•••@${Array.from(domain)[0] ?? ''}•••${tld}`;
}
