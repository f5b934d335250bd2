const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|OPiOS)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*Safari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string, DeviceKind])[] = [
  [/\biPhone\b/, 'iPhone', 'phone'],
  [/\biPad\b/, 'iPad', 'phone'],
  [/\bAndroid\b/, 'Android', 'phone'],
  [/\bWindows\b/, 'Windows', 'computer'],
  [/\bCrOS\b/, 'ChromeOS', 'computer'],
  [/\bMac OS X\b/, 'macOS', 'computer'],
  [/\bLinux\b/, 'Linux', 'computer'],
];
const LONGEST = 1000;

/** What a browser probably runs on, for the icon beside it; a tablet counts as a phone. */
export type DeviceKind = 'phone' | 'computer' | 'unknown';

/**
 * "Firefox on Linux" from a User-Agent header: both names come from the lists above and nothing else of the header does,
 * so whatever was written there cannot reach a message. Undefined when either is not known.
 */
export function nameUserAgent(header: string): { browser: string; system: string } | undefined {
  const known = header.slice(0, LONGEST);
  const browser = BROWSERS.find(([pattern]) => pattern.test(known))?.[1];
  const system = systemIn(known)?.[1];
  return browser !== undefined && system !== undefined ? { browser, system } : undefined;
}

/** A guess by the system that a User-Agent header names; nothing may hang on it but an icon and the advice that an owner is given. */
export function deviceKind(header: string): DeviceKind {
  return systemIn(header.slice(0, LONGEST))?.[2] ?? 'unknown';
}

const systemIn = (header: string) => SYSTEMS.find(([pattern]) => pattern.test(header));
