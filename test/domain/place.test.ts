import { expect, test } from 'vitest';
import { describePlace } from '../../src/domain/place.ts';

test.each([
  ['203.0.113.9', 'address', '203.0.113.9'],
  ['::ffff:203.0.113.9', 'address', '203.0.113.9'],
  ['::FFFF:cb00:7109', 'address', '203.0.113.9'],
  ['0:0:0:0:0:ffff:203.0.113.9', 'address', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', 'address', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', 'address', '2001:db8:1:2::/64'],
  ['2001:db8::1', 'address', '2001:db8::/64'],
  ['2001:db8:0:2::1', 'address', '2001:db8:0:2::/64'],
  ['2001:db8::2:3:4:5:6', 'address', '2001:db8:0:2::/64'],
  ['172.15.0.1', 'address', '172.15.0.1'],
  ['172.32.0.1', 'address', '172.32.0.1'],
  ['100.128.0.1', 'address', '100.128.0.1'],
  ['192.169.0.1', 'address', '192.169.0.1'],
  ['fec0::1', 'address', 'fec0::/64'],
  ['10.1.2.3', 'local-network', '10.1.2.3'],
  ['172.16.0.1', 'local-network', '172.16.0.1'],
  ['172.31.255.255', 'local-network', '172.31.255.255'],
  ['192.168.1.20', 'local-network', '192.168.1.20'],
  ['169.254.1.1', 'local-network', '169.254.1.1'],
  ['100.64.0.1', 'local-network', '100.64.0.1'],
  ['::ffff:192.168.1.20', 'local-network', '192.168.1.20'],
  ['fe80::1%eth0', 'local-network', 'fe80::/64'],
  ['fd12:3456:789a:1::1', 'local-network', 'fd12:3456:789a:1::/64'],
  ['127.0.0.1', 'this-machine', '127.0.0.1'],
  ['127.8.9.1', 'this-machine', '127.8.9.1'],
  ['::ffff:127.0.0.1', 'this-machine', '127.0.0.1'],
  ['::1', 'this-machine', '::1'],
  ['0:0:0:0:0:0:0:1', 'this-machine', '::1'],
])('%s is %s %s', (ip, kind, text) => {
  expect(describePlace(ip)).toEqual({ kind, text });
});

test.each([
  '',
  'unknown',
  'localhost',
  '1.2.3',
  '256.1.1.1',
  '0x7f.1.1.1',
  '1.2.3.4:80',
  ':::',
  '1:2:3',
  '2001:db8::1]/@evil',
  '<b>1.2.3.4</b>',
  'g::1',
])('“%s” is no address', (text) => {
  expect(describePlace(text)).toBeUndefined();
});
