import type { SealedPlace } from '../platform/crypto/index.js';

/** Bound to its row: a sealed token that is moved to another message does not open there. */
export const linkTokenPlace = (messageId: string): SealedPlace => ({
  table: 'messages',
  row: messageId,
  column: 'linkTokenSealed',
});
