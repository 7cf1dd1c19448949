import type { AuditHeadEntity } from './audit-head.entity.js';

/**
 * Rows as the database returns them, `facts` being the stored text. The chain is computed over these: an edit that the
 * entity could not even be made of (broken JSON, say) must come out as a broken event, not as an exception.
 */
export interface RawEvent {
  id: string;
  organizationId: string;
  at: RawInstant;
  eventKey: string;
  actorId: string | null;
  actorEmail: string | null;
  subjectId: string | null;
  subjectEmail: string | null;
  ip: string | null;
  userAgent: string | null;
  facts: string;
  position: number | null;
  mac: string | null;
  macKeyId: string | null;
}

export type SealedEvent = RawEvent & { position: number };

export type RawHead = Omit<AuditHeadEntity, 'sealedAt'> & { sealedAt: RawInstant };

/** MySQL gives a date, SQLite the text that it was stored as. */
export type RawInstant = Date | string;

export const RAW_EVENT_COLUMNS = [
  'id',
  'organizationId',
  'at',
  'eventKey',
  'actorId',
  'actorEmail',
  'subjectId',
  'subjectEmail',
  'ip',
  'userAgent',
  'facts',
  'position',
  'mac',
  'macKeyId',
] as const satisfies readonly (keyof RawEvent)[];

const SQLITE_INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/;

/** The same ISO text from either engine. What is no instant comes back as it is, and so matches nothing sealed. */
export function instantText(value: RawInstant): string {
  if (typeof value === 'string') return SQLITE_INSTANT.test(value) ? `${value.replace(' ', 'T')}Z` : value;
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : String(value);
}
