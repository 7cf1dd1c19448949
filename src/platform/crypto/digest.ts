import { createHash, timingSafeEqual } from 'node:crypto';

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** For values with enough entropy of their own (tokens of 128 bits and more); never for passwords or short codes. */
export const sha256Hex = (text: string): string => sha256(text).toString('hex');

/** Hashing first gives both sides one length: neither a common beginning nor the length shows in the time taken. */
export const constantTimeEqual = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));
