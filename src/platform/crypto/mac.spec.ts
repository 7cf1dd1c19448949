import { describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.js';
import { Mac } from './mac.js';

const [OLD, NEW] = [KeyRing.generate(), KeyRing.generate().replace('k1:', 'k2:')];
const mac = new Mac(KeyRing.parse(OLD));

describe('Mac', () => {
  const signed = mac.sign('audit', 'row');

  it('verifies what it signed, with 64 hex digits and the key named', () => {
    expect(signed).toEqual({ keyId: 'k1', mac: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(mac.verify('audit', 'row', signed.keyId, signed.mac)).toBe(true);
    expect(mac.sign('audit', 'row')).toEqual(signed);
  });

  it.each([
    ['other data', 'audit', 'row2', 'k1', signed.mac],
    ['another purpose', 'ticket', 'row', 'k1', signed.mac],
    ['a moved border', 'auditr', 'ow', 'k1', signed.mac],
    ['a purpose with the separator in it', 'audit","row', '', 'k1', signed.mac],
    ['an unknown key', 'audit', 'row', 'k9', signed.mac],
    ['no key', 'audit', 'row', '', signed.mac],
    ['an empty mac', 'audit', 'row', 'k1', ''],
    ['a mac cut short', 'audit', 'row', 'k1', signed.mac.slice(0, 62)],
    ['upper case', 'audit', 'row', 'k1', `${signed.mac.toUpperCase()} `],
  ])('refuses %s', (_name, purpose, data, keyId, value) => {
    expect(mac.verify(purpose, data, keyId, value)).toBe(false);
  });

  it('verifies with an older key and signs with the newest', () => {
    const rotated = new Mac(KeyRing.parse(`${NEW},${OLD}`));
    expect(rotated.verify('audit', 'row', signed.keyId, signed.mac)).toBe(true);
    expect(rotated.sign('audit', 'row').keyId).toBe('k2');
    expect(rotated.verify('audit', 'row', 'k2', signed.mac)).toBe(false);
  });
});
