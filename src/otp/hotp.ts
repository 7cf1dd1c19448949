import { createHmac, timingSafeEqual } from 'node:crypto';
import speakeasy from 'speakeasy';
import type { Digits } from './otp-code.js';

export type OtpAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

export interface HotpOptions {
  algorithm: OtpAlgorithm;
  digits: Digits;
}

const SPEAKEASY_NAMES = {
  SHA1: 'sha1',
  SHA256: 'sha256',
  SHA512: 'sha512',
} as const satisfies Record<OtpAlgorithm, string>;

/** Speakeasy shifts the counter as a signed 32-bit integer: from here on its digest is of another counter. */
const SPEAKEASY_COUNTER_LIMIT = 2 ** 31;

/**
 * The code for one counter value (RFC 4226 §5.3). Nothing else of speakeasy is used: its verify is lenient, its
 * secrets are short of bits, and its QR images go through a third party.
 * @throws RangeError for an empty secret, or a counter that is no integer from 0 to 2^53 - 1.
 */
export function hotpCode(secret: Buffer, counter: number, { algorithm, digits }: HotpOptions): string {
  if (secret.length === 0) throw new RangeError('An OTP secret is never empty.');
  if (!Number.isSafeInteger(counter) || counter < 0) throw new RangeError('A counter is a whole number from 0 on.');
  return speakeasy.hotp({
    // As hex: the default, "ascii", would read the text of a secret instead of its bytes.
    secret: secret.toString('hex'),
    encoding: 'hex',
    counter,
    algorithm: SPEAKEASY_NAMES[algorithm],
    digits,
    digest: counter < SPEAKEASY_COUNTER_LIMIT ? undefined : digestOf(secret, counter, algorithm),
  });
}

function digestOf(secret: Buffer, counter: number, algorithm: OtpAlgorithm): Buffer {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  return createHmac(SPEAKEASY_NAMES[algorithm], secret).update(message).digest();
}

/** The time step that holds at `at` (RFC 6238 §4.2, T0 = 0). `period` is in seconds. */
export const totpStep = (at: Date, period: number): number => Math.floor(at.getTime() / 1000 / period);

/** In constant time for codes of one length. An empty code is never the same as anything, least of all an empty one. */
export function sameCode(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8');
  const right = Buffer.from(b, 'utf8');
  return left.length > 0 && left.length === right.length && timingSafeEqual(left, right);
}
