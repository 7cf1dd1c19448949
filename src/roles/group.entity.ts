import { Entity, Index } from 'typeorm';
import { IdColumn, InstantColumn, RefColumn, TextColumn } from '../platform/database/index.js';

@Entity('user_groups')
@Index('uq_user_groups_name', ['organizationId', 'nameKey'], { unique: true })
export class GroupEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @TextColumn(120) name: string;
  @TextColumn(120) nameKey: string;
  @InstantColumn() createdAt: Date;
}
