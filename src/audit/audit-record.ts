import type { Origin } from '../shared/actor.js';
import type { AuditKey } from './audit-keys.js';

/** What happened, as the use case that did it tells it. */
export interface AuditRecord {
  organizationId: string;
  key: AuditKey;
  /** Who did it; left out for the service itself and for somebody who has proven nothing yet. */
  actor?: { userId: string; email: string } | null;
  /** Whom it was done to, also where that is the actor. */
  subject?: { id: string; email: string } | null;
  origin?: Origin;
  /** `undefined` is left out, `null` is told as "none". Never a secret: a name that looks like one throws. */
  facts?: AuditFacts;
}

export type AuditFacts = Record<string, string | number | boolean | null | undefined>;

export interface AuditSearch {
  /** Exact, or the beginning of keys where it ends with `.` or `*`. */
  key?: string | null;
  actorId?: string | null;
  subjectId?: string | null;
  /** Both inclusive. */
  from?: Date | null;
  to?: Date | null;
  /** Only events about, or where there is no subject by, these users. Null and undefined: no such wall. */
  visibleUserIds?: readonly string[] | null;
  /** The same wall for somebody who sees himself and whoever shares one of his groups. */
  visibleTo?: { userId: string; groupIds: readonly string[] } | null;
}

export interface AuditVerdict {
  intact: boolean;
  /** Sealed events looked at, the broken one included. */
  eventsChecked: number;
  /** The first event that is not as it was sealed; where events are missing, the first that shows it. */
  firstBrokenEventId: string | null;
  problem: string | null;
  /** Events that are not part of the chain yet. */
  unsealed: number;
}
