import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  OptionalInstantColumn,
  OptionalWordColumn,
  RefColumn,
  TextColumn,
  WordColumn,
} from '../platform/database/index.js';
import type { Permission, Visibility } from '../shared/codes.js';

export type BuiltInRole = 'ALL' | 'ADMINISTRATOR';

@Entity('roles')
@Index('uq_roles_name', ['organizationId', 'nameKey'], { unique: true })
export class RoleEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @TextColumn(120) name: string;
  /** Normalized, so that two names that look alike cannot stand side by side. */
  @TextColumn(120) nameKey: string;
  @OptionalWordColumn() builtIn: BuiltInRole | null;
  @JsonColumn() permissions: Permission[];
  @WordColumn() visibility: Visibility;
  @FlagColumn() requireTwoFactor: boolean;
  /** When it was ticked for the first time; not moved by unticking, so that grace is given once. */
  @OptionalInstantColumn() firstRequiredAt: Date | null;
  @CountColumn() graceDays: number;
  @InstantColumn() createdAt: Date;
}
