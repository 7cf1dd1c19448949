import type { SealedPlace } from '../platform/crypto/index.js';

/** Where each secret is sealed to; a ciphertext moved to another row or column does not open. */
const place =
  (table: string, column: string) =>
  (row: string): SealedPlace => ({ table, row, column });

export const factorSecret = place('factors', 'secretSealed');
export const enrollmentSecret = place('enrollments', 'secretSealed');
export const challengeSecret = place('challenges', 'secretSealed');
export const tokenSeed = place('hardware_tokens', 'seedSealed');
