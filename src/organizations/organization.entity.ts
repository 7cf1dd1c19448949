import { Entity, Index } from 'typeorm';
import { CountColumn, IdColumn, InstantColumn, TextColumn } from '../platform/database/index.js';

@Entity('organizations')
export class OrganizationEntity {
  @IdColumn() id: string;
  @Index('uq_organizations_name', { unique: true })
  @TextColumn(120)
  name: string;
  /** Moved by every change that could lock the administrators out: its row lock puts such changes in a line. */
  @CountColumn() version: number;
  @InstantColumn() createdAt: Date;
}
