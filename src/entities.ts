import { AuditEventEntity } from './audit/audit-event.entity.js';
import { AuditHeadEntity } from './audit/audit-head.entity.js';
import { SessionEntity } from './auth/session/session.entity.js';
import { ApplicationEntity } from './auth/sign-in/application.entity.js';
import { PasswordThrottleEntity } from './auth/sign-in/password-throttle.entity.js';
import { TicketEntity } from './auth/sign-in/ticket.entity.js';
import { TrustedBrowserEntity } from './auth/trusted-browser/trusted-browser.entity.js';
import { MessageEntity } from './notification/message.entity.js';
import { OrganizationEntity } from './organizations/organization.entity.js';
import { ChallengeEntity } from './otp/challenge.entity.js';
import { EnrollmentEntity } from './otp/enrollment.entity.js';
import { FactorEntity } from './otp/factor.entity.js';
import { HardwareTokenEntity } from './otp/hardware-token.entity.js';
import { RecoveryCodeEntity } from './otp/recovery-code.entity.js';
import { SendWindowEntity } from './otp/send-window.entity.js';
import { GroupEntity } from './roles/group.entity.js';
import { GroupMemberEntity, GroupRoleEntity, RoleMemberEntity } from './roles/membership.entity.js';
import { RoleEntity } from './roles/role.entity.js';
import { SettingsEntity } from './settings/settings.entity.js';
import { ApiKeyEntity } from './users/api-key.entity.js';
import { EmailLinkEntity } from './users/email-link.entity.js';
import { UserEntity } from './users/user.entity.js';

/** Every table of the installation: the data source and the drift test read the same list. */
export const ENTITIES = [
  OrganizationEntity,
  SettingsEntity,
  RoleEntity,
  GroupEntity,
  RoleMemberEntity,
  GroupMemberEntity,
  GroupRoleEntity,
  UserEntity,
  ApiKeyEntity,
  EmailLinkEntity,
  FactorEntity,
  RecoveryCodeEntity,
  ChallengeEntity,
  EnrollmentEntity,
  HardwareTokenEntity,
  SendWindowEntity,
  TicketEntity,
  SessionEntity,
  TrustedBrowserEntity,
  ApplicationEntity,
  PasswordThrottleEntity,
  MessageEntity,
  AuditEventEntity,
  AuditHeadEntity,
];
