import { sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignJWT, calculateJwkThumbprint, importJWK, jwtVerify } from 'jose';
import { KeyRing } from './key-ring.js';
import { signingKeys } from './signing-key.js';

const KEYS = `${KeyRing.generate().replace('k1:', 'k2:')},${KeyRing.generate()}`;

describe('signingKeys', () => {
  const [current, older] = signingKeys(KeyRing.parse(KEYS));
  if (!current || !older) throw new Error('Two keys make two pairs.');

  it('gives the same pairs in every process, current first', () => {
    expect(signingKeys(KeyRing.parse(KEYS)).map(({ publicJwk }) => publicJwk)).toEqual([
      current.publicJwk,
      older.publicJwk,
    ]);
    expect(current.kid).not.toBe(older.kid);
    const [, oldKey = ''] = KEYS.split(',');
    expect(signingKeys(KeyRing.parse(oldKey))[0]?.kid).toBe(older.kid);
  });

  it('makes Ed25519 pairs whose halves belong together', () => {
    const message = Buffer.from('message');
    const signature = sign(null, message, current.privateKey);
    expect(current.privateKey.asymmetricKeyType).toBe('ed25519');
    expect(verify(null, message, current.publicKey, signature)).toBe(true);
    expect(verify(null, message, older.publicKey, signature)).toBe(false);
  });

  it('publishes the public half alone, its id being the RFC 7638 thumbprint', async () => {
    expect(Object.keys(current.publicJwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect(await calculateJwkThumbprint({ ...current.publicJwk })).toBe(current.kid);
  });

  it('signs tokens that the published key verifies', async () => {
    const token = await new SignJWT({ sub: 'u' })
      .setProtectedHeader({ alg: 'EdDSA', kid: current.kid })
      .sign(current.privateKey);
    const verified = await jwtVerify(token, await importJWK({ ...current.publicJwk }), { algorithms: ['EdDSA'] });
    expect(verified.payload.sub).toBe('u');
  });
});
