import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyRing } from './key-ring.js';
import { Random } from './random.js';
import { SealError, Sealer } from './seal.js';
import type { SealedPlace } from './seal.js';

const [OLD, NEW] = [KeyRing.generate(), KeyRing.generate().replace('k1:', 'k2:')];
const sealerOf = (keys: string): Sealer => new Sealer(KeyRing.parse(keys), new Random());
const sealer = sealerOf(OLD);
const PLACE: SealedPlace = { table: 'factor', row: '42', column: 'secret' };

describe('Sealer', () => {
  it('opens what it sealed, text and bytes', () => {
    expect(sealer.openText(sealer.seal('päss', PLACE), PLACE)).toBe('päss');
    expect(sealer.openText(sealer.seal('', PLACE), PLACE)).toBe('');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(sealer.open(sealer.seal(Buffer.from(bytes), PLACE), PLACE)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('writes version, key id, a 96-bit nonce, and the ciphertext with its 128-bit tag', () => {
    const [version, keyId, nonce, body, ...rest] = sealer.seal('six by', PLACE).split('.');
    expect([version, keyId, rest]).toEqual(['v1', 'k1', []]);
    expect(Buffer.from(nonce ?? '', 'base64url')).toHaveLength(12);
    expect(Buffer.from(body ?? '', 'base64url')).toHaveLength(6 + 16);
  });

  it('seals one text differently each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => sealer.seal('x', PLACE).split('.')[2])).size).toBe(1000);
  });

  it('notices a change of any single character', () => {
    const sealed = sealer.seal('a secret', PLACE);
    for (let at = 0; at < sealed.length; at += 1) {
      for (const other of ['A', 'B', '.', '=', '_']) {
        const altered = sealed.slice(0, at) + other + sealed.slice(at + 1);
        if (altered !== sealed) expect(() => sealer.open(altered, PLACE)).toThrow(SealError);
      }
    }
  });

  it.each([
    ['empty', () => ''],
    ['something else', () => 'hello'],
    ['cut short', (sealed: string) => sealed.slice(0, -1)],
    ['cut to a shorter tag', (sealed: string) => sealed.slice(0, -8)],
    ['prolonged', (sealed: string) => `${sealed}A`],
    ['padded', (sealed: string) => `${sealed}=`],
    ['with a line break', (sealed: string) => `${sealed}\n`],
    ['with a fifth part', (sealed: string) => `${sealed}.AA`],
    ['without a body', (sealed: string) => sealed.split('.').slice(0, 3).join('.')],
    ['of another version', (sealed: string) => sealed.replace('v1.', 'v2.')],
    ['of an unknown key', (sealed: string) => sealed.replace('.k1.', '.k9.')],
    ['of no key', (sealed: string) => sealed.replace('.k1.', '..')],
  ])('refuses a value that is %s', (_name, alter) => {
    const altered = alter(sealer.seal('a secret', PLACE));
    expect(() => sealer.open(altered, PLACE)).toThrow(SealError);
  });

  it.each<[string, Partial<SealedPlace>]>([
    ['table', { table: 'enrollment' }],
    ['row', { row: '43' }],
    ['column', { column: 'other' }],
    ['border between table and row', { table: 'factor4', row: '2' }],
    ['quotation of the place', { table: 'factor","42', row: 'secret' }],
  ])('does not open in another %s', (_name, moved) => {
    expect(() => sealer.open(sealer.seal('a secret', PLACE), { ...PLACE, ...moved })).toThrow(SealError);
  });

  it('opens with an older key, seals with the newest, and tells which key it was', () => {
    const rotated = sealerOf(`${NEW},${OLD}`);
    const before = sealer.seal('kept', PLACE);
    expect(rotated.openText(before, PLACE)).toBe('kept');
    expect(rotated.keyIdOf(before)).toBe('k1');
    expect(rotated.keyIdOf(rotated.seal('kept', PLACE))).toBe('k2');
    expect(() => sealerOf(NEW).open(before, PLACE)).toThrow(SealError);
  });

  it("does not open one key's value under the name of another key", () => {
    const rotated = sealerOf(`${NEW},${OLD}`);
    expect(() => rotated.open(sealer.seal('x', PLACE).replace('.k1.', '.k2.'), PLACE)).toThrow(SealError);
    const renamed = sealerOf(OLD.replace('k1:', 'k7:'));
    expect(() => renamed.open(sealer.seal('x', PLACE).replace('.k1.', '.k7.'), PLACE)).toThrow(SealError);
  });

  it('says nothing of the value in its error', () => {
    const sealed = sealer.seal('a secret', PLACE);
    expect(new SealError().message).not.toContain(sealed);
    expect(() => sealer.keyIdOf('nonsense')).toThrow(SealError);
  });
});
