import { Initial1763000000001 } from './0001-initial.js';

/** In order. A migration that has been released is never changed; see docs/decisions for the zero-downtime rule. */
export const MIGRATIONS = [Initial1763000000001];
