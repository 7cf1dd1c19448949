import { compactVerify, CompactSign } from 'jose';
import { z } from 'zod';
import { type KeyRing, signingKeys } from '../platform/crypto/index.js';

/** Set apart from access tokens, which the same keys sign: neither passes for the other. */
const TYPE = 'countersign-audit-head';

const Head = z.strictObject({
  organizationId: z.string(),
  position: z.int().min(0),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
});
export type SignedHead = z.infer<typeof Head>;

export async function signHead(ring: KeyRing, head: SignedHead): Promise<string> {
  const [key] = signingKeys(ring);
  if (!key) throw new Error('There is no signing key.');
  return new CompactSign(new TextEncoder().encode(JSON.stringify(head)))
    .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, kid: key.kid })
    .sign(key.privateKey);
}

/** Null for anything that this installation did not sign as a head. */
export async function openHead(ring: KeyRing, jws: string): Promise<SignedHead | null> {
  try {
    const { payload, protectedHeader } = await compactVerify(
      jws.trim(),
      ({ kid }) => {
        const key = signingKeys(ring).find((known) => known.kid === kid);
        if (!key) throw new Error('There is no such key.');
        return key.publicKey;
      },
      { algorithms: ['EdDSA'] },
    );
    if (protectedHeader.typ !== TYPE) return null;
    return Head.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return null;
  }
}
