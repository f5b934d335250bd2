import { expect, test } from 'vitest';
import { deviceKind, nameUserAgent } from '../../src/domain/user-agent.ts';

const MOZILLA = 'Mozilla/5.0';
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  [`${MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`, 'Firefox on Linux'],
  [`${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`, 'Chrome on Windows'],
  [
    `${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
    'Edge on Windows',
  ],
  [`${MOZILLA} (Windows NT 10.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0`, 'Opera on Windows'],
  [`${MOZILLA} (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`, 'Chrome on ChromeOS'],
  [`${MOZILLA} (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/140.0.0.0 Safari/537.36`, 'Chrome on Linux'],
  [
    `${MOZILLA} (Linux; Android 16; SM-S921B) ${WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet on Android',
  ],
  [
    `${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15`,
    'Safari on macOS',
  ],
  [
    `${MOZILLA} (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1`,
    'Safari on iPhone',
  ],
  [
    `${MOZILLA} (iPad; CPU OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15`,
    'Firefox on iPad',
  ],
])('%s', (header, expected) => {
  const names = nameUserAgent(header);
  expect(`${names?.browser} on ${names?.system}`).toBe(expected);
});

test.each(['', 'curl/8.5.0', 'Firefox/1', 'Linux', '<script>Firefox</script>', 'x'.repeat(1_000_000)])(
  'what is not known has no name: %#',
  (header) => {
    expect(nameUserAgent(header)).toBeUndefined();
  },
);

test.each([
  [`${MOZILLA} (iPhone; CPU iPhone OS 26_0 like Mac OS X)`, 'phone'],
  [`${MOZILLA} (iPad; CPU OS 26_0 like Mac OS X)`, 'phone'],
  [`${MOZILLA} (Linux; Android 16; SM-S921B) ${WEBKIT}`, 'phone'],
  [`${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7)`, 'computer'],
  [`${MOZILLA} (X11; CrOS x86_64 14541.0.0) ${WEBKIT}`, 'computer'],
  [`${MOZILLA} (X11; Linux x86_64; rv:140.0)`, 'computer'],
  [`${MOZILLA} (Windows NT 10.0; Win64; x64)`, 'computer'],
  ['', 'unknown'],
  ['curl/8.5.0', 'unknown'],
  [`${'x'.repeat(1000)} Linux`, 'unknown'],
])('%s runs on a %s', (header, kind) => {
  expect(deviceKind(header)).toBe(kind);
});
