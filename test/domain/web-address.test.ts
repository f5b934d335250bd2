import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AddressFault, faultOfAddress } from '../../src/domain/web-address.ts';

describe('an address of an application (RFC 9700, 2.1)', () => {
  test.each([
    'https://app.example.com/callback',
    'https://app.example.com',
    'https://app.example.com:8443/a/b?tenant=1&x=%20',
    'https://xn--zrich-kva.example/cb',
    'https://[2001:db8::1]/cb',
    'http://localhost:3001/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:9/cb',
  ])('%s is one', (address) => expect(faultOfAddress(address)).toBeUndefined());

  test.each<[AddressFault, string[]]>([
    ['fragment', ['https://app.example/cb#', 'https://app.example/#/cb']],
    ['wildcard', ['https://*.example/cb', 'https://app.example/*', 'https://*']],
    ['http', ['http://app.example/cb', 'http://localhost.evil.example/', 'http://127.0.0.2/', 'http://[::2]/']],
    [
      'scheme',
      ['com.example.app:/cb', 'javascript:alert(1)', 'data:text/html,x', 'ftp://app.example/', 'mailto:a@b.ch'],
    ],
    ['user', ['https://user@app.example/', 'https://user:pw@app.example/']],
    [
      'characters',
      [
        'https://app.example/a b',
        'https://app.example\\@evil.example/',
        'https://zürich.example/',
        'https://app.example/%zz',
      ],
    ],
    [
      'not-an-address',
      ['', 'app.example/cb', '/cb', 'https:/app.example', 'https:app.example', 'https://', '//app.example/cb'],
    ],
    ['too-long', [`https://app.example/${'a'.repeat(2000)}`]],
  ])('%s: %j', (fault, addresses) => {
    expect(addresses.map(faultOfAddress)).toEqual(addresses.map(() => fault));
  });

  test('whatever is one goes to https or to this machine, to nobody in particular, and nowhere within a page', () => {
    const pieces = fc.constantFrom(
      'https://',
      'http://',
      'localhost',
      'app.example',
      '@',
      ':',
      '#',
      '*',
      '/',
      '\\',
      '%',
      '2f',
      '?',
      '[::1]',
      ' ',
      '.',
      'ü',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (some) => {
        const text = some.join('');
        if (faultOfAddress(text) !== undefined) return;
        const { protocol, hostname, username, hash } = new URL(text);
        const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
        expect([protocol === 'https:' || isLoopback, username, hash, /[\s\\#*]/.test(text)]).toEqual([
          true,
          '',
          '',
          false,
        ]);
      }),
      { numRuns: 5_000 },
    );
  });
});
