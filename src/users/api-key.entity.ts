import { Entity, Index } from 'typeorm';
import {
  DigestColumn,
  IdColumn,
  InstantColumn,
  OptionalInstantColumn,
  RefColumn,
  TextColumn,
} from '../platform/database/index.js';

@Entity('api_keys')
@Index('ix_api_keys_user', ['userId'])
export class ApiKeyEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @RefColumn() userId: string;
  @TextColumn(120) name: string;
  @Index('uq_api_keys_hash', { unique: true })
  @DigestColumn()
  keyHash: string;
  @InstantColumn() createdAt: Date;
  @OptionalInstantColumn() expiresAt: Date | null;
  @OptionalInstantColumn() lastUsedAt: Date | null;
  @OptionalInstantColumn() revokedAt: Date | null;
}
