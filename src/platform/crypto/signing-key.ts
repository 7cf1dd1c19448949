import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { KeyRing } from './key-ring.js';

/** A public key as `/.well-known/jwks.json` shows it (RFC 8037 §2). */
export interface PublicSigningJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  publicJwk: PublicSigningJwk;
}

/** Everything of a PKCS #8 Ed25519 private key but its 32-byte seed (RFC 8410 §7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** One key pair for each key of the ring, current first: every process with the same ring has the same pairs. */
export function signingKeys(ring: KeyRing): SigningKey[] {
  return ring.ids().map((id) => fromSeed(ring.derive(id, 'sign')));
}

function fromSeed(seed: Buffer): SigningKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const { x } = publicKey.export({ format: 'jwk' });
  if (x === undefined) throw new Error('The public half of a signing key has no coordinate.');
  const kid = thumbprint(x);
  return { kid, privateKey, publicKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' } };
}

/** RFC 7638 §3: made from the key itself, so that a key id used again for another key cannot confuse a cached set. */
const thumbprint = (x: string): string =>
  createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
