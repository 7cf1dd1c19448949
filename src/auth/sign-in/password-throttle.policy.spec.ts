import { describe, expect, it } from '@jest/globals';
import {
  networkOf,
  KNOWN_ADDRESS_SECONDS,
  THROTTLES,
  throttlesFor,
  throttleValue,
} from './password-throttle.policy.js';

describe('what is counted', () => {
  it('is a name at an address, a name, and an address, for a quarter of an hour', () => {
    expect(THROTTLES).toEqual([
      { scope: 'name-at-address', limit: 10, windowSeconds: 900 },
      { scope: 'name', limit: 50, windowSeconds: 900 },
      { scope: 'address', limit: 300, windowSeconds: 900 },
    ]);
  });

  it('at an address that is known to be the owner’s, not what strangers share with them', () => {
    expect(throttlesFor(false)).toEqual(THROTTLES);
    expect(throttlesFor(true).map(({ scope }) => scope)).toEqual(['name-at-address', 'address']);
    expect(KNOWN_ADDRESS_SECONDS).toBe(30 * 24 * 3600);
  });

  it('has a key of its own for each scope, name and address', () => {
    const scopes = ['name-at-address', 'name', 'address'] as const;
    const keys = scopes.flatMap((scope) =>
      ['a@example.com', 'b@example.com'].flatMap((email) =>
        ['192.0.2.1', '192.0.2.2', null].map((ip) => throttleValue(scope, email, ip)),
      ),
    );
    // Six for names at addresses, two for names, three for addresses.
    expect(new Set(keys).size).toBe(11);
    expect(throttleValue('name', 'a@example.com', '192.0.2.1')).toBe('name:a@example.com');
    expect(throttleValue('address', 'a@example.com', null)).toBe('address:none');
    expect(throttleValue('address', 'a@example.com', '192.0.2.1')).toBe('address:192.0.2.1');
    expect(throttleValue('name-at-address', 'a@example.com', null)).toBe('name-at-address:a@example.com\nnone');
  });

  it('no name can be written so that it is counted for another', () => {
    expect(throttleValue('name-at-address', 'a@example.com', '192.0.2.1')).not.toBe(
      throttleValue('name', 'a@example.com\n192.0.2.1', null),
    );
  });
});

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:203.113.198.251', '203.113.198.251'],
    ['1::ffff:192.0.2.1', '1:0:0:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['1:2:3::6:7:8', '1:2:3:0::/64'],
    ['session:0189', 'session:0189'],
    ['1:2:3:4:5:6:7:8:9:a', '1:2:3:4::/64'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['session:01890000-0000-7000-8000-000000000000', 'session:01890000-0000-7000-8000-000000000000'],
    ['unknown', 'unknown'],
    ['::ffff:192.0.2.1x', '::ffff:192.0.2.1x'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('neighbouring networks are two', () => {
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
  });
});
