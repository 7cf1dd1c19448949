import { Entity, Index } from 'typeorm';
import { InstantColumn, KeyRefColumn, RefColumn } from '../platform/database/index.js';

/** A role that a user holds directly. The role `All` is held by everyone and has no such row. */
@Entity('role_members')
@Index('ix_role_members_role', ['roleId'])
export class RoleMemberEntity {
  @KeyRefColumn() userId: string;
  @KeyRefColumn() roleId: string;
  @RefColumn() organizationId: string;
  @InstantColumn() since: Date;
}

@Entity('group_members')
@Index('ix_group_members_group', ['groupId'])
export class GroupMemberEntity {
  @KeyRefColumn() userId: string;
  @KeyRefColumn() groupId: string;
  @RefColumn() organizationId: string;
  @InstantColumn() since: Date;
}

/** A role that a group hands on to its members. */
@Entity('group_roles')
@Index('ix_group_roles_role', ['roleId'])
export class GroupRoleEntity {
  @KeyRefColumn() groupId: string;
  @KeyRefColumn() roleId: string;
  @RefColumn() organizationId: string;
  @InstantColumn() since: Date;
}
