import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  JsonColumn,
  OptionalCountColumn,
  OptionalDigestColumn,
  OptionalRefColumn,
  OptionalTextColumn,
  OptionalWordColumn,
  RefColumn,
  TextColumn,
} from '../platform/database/index.js';

/** Append-only. Written unsealed in the transaction of the change, chained in order shortly after. */
@Entity('audit_events')
@Index('ix_audit_events_organization', ['organizationId', 'id'])
@Index('uq_audit_events_position', ['organizationId', 'position'], { unique: true })
@Index('ix_audit_events_key', ['organizationId', 'eventKey', 'id'])
@Index('ix_audit_events_subject', ['organizationId', 'subjectId', 'id'])
@Index('ix_audit_events_actor', ['organizationId', 'actorId', 'id'])
export class AuditEventEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @InstantColumn() at: Date;
  @TextColumn(64) eventKey: string;
  @OptionalRefColumn() actorId: string | null;
  @OptionalTextColumn(254) actorEmail: string | null;
  @OptionalRefColumn() subjectId: string | null;
  @OptionalTextColumn(254) subjectEmail: string | null;
  @OptionalTextColumn(64) ip: string | null;
  @OptionalTextColumn(400) userAgent: string | null;
  @JsonColumn() facts: { name: string; value: string }[];
  /** Place in the organization's chain, from 1; null until sealed. */
  @OptionalCountColumn() position: number | null;
  /** Of the event alone until it is sealed, of its place in the chain from then on. */
  @OptionalDigestColumn() mac: string | null;
  @OptionalWordColumn() macKeyId: string | null;
}
