import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function base32Decode(text: string): Buffer {
  let bits = '';
  for (const character of text.replace(/=+$/, '')) bits += ALPHABET.indexOf(character).toString(2).padStart(5, '0');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}

/** An authenticator app of our own, sharing no code with the service (RFC 6238). */
export function authenticator(
  secret: string | Buffer,
  { algorithm = 'sha1', digits = 6, period = 30 }: { algorithm?: string; digits?: number; period?: number } = {},
) {
  const key = typeof secret === 'string' ? base32Decode(secret) : secret;
  return (at: Date): string => {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 1000 / period)));
    const mac = createHmac(algorithm, key).update(counter).digest();
    const offset = (mac.at(-1) ?? 0) & 0x0f;
    const value = mac.readUInt32BE(offset) & 0x7fffffff;
    return String(value % 10 ** digits).padStart(digits, '0');
  };
}
