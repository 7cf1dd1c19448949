import { Entity, Index } from 'typeorm';
import {
  DigestColumn,
  IdColumn,
  InstantColumn,
  RefColumn,
  TextColumn,
  WordColumn,
} from '../../platform/database/index.js';
import type { ApplicationKind } from '../../shared/codes.js';

/** A registered client program; its secret is what proves the kind, never a claim. */
@Entity('applications')
@Index('uq_applications_name', ['organizationId', 'name'], { unique: true })
export class ApplicationEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @TextColumn(120) name: string;
  @WordColumn() kind: ApplicationKind;
  @DigestColumn() secretHash: string;
  @InstantColumn() createdAt: Date;
}
