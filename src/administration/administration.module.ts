import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { AuthModule } from '../auth/index.js';
import { NotificationModule } from '../notification/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { OtpModule } from '../otp/index.js';
import { RolesModule } from '../roles/index.js';
import { SettingsModule } from '../settings/index.js';
import { UsersModule } from '../users/index.js';
import { AdminChange } from './admin-change.js';
import { APPLICATIONS_ADMINISTRATION } from './applications/index.js';
import { HARDWARE_TOKENS_ADMINISTRATION } from './hardware-tokens/index.js';
import { LockoutGuard } from './lockout.guard.js';
import { MESSAGES_ADMINISTRATION } from './messages/index.js';
import { POLICY_ADMINISTRATION } from './policy/index.js';
import { ROLES_ADMINISTRATION } from './roles/index.js';
import { SETTINGS_ADMINISTRATION } from './settings/index.js';
import { SETUP, SetupService } from './setup/index.js';
import { USER_ADMINISTRATION } from './users/index.js';

/** What administrators and the operator change. It stands above `auth`, since a change may end sessions and sign-ins. */
@Module({
  imports: [
    AuditModule,
    AuthModule,
    NotificationModule,
    OrganizationsModule,
    OtpModule,
    RolesModule,
    SettingsModule,
    UsersModule,
  ],
  providers: [
    AdminChange,
    LockoutGuard,
    ...APPLICATIONS_ADMINISTRATION,
    ...HARDWARE_TOKENS_ADMINISTRATION,
    ...MESSAGES_ADMINISTRATION,
    ...POLICY_ADMINISTRATION,
    ...ROLES_ADMINISTRATION,
    ...SETTINGS_ADMINISTRATION,
    ...SETUP,
    ...USER_ADMINISTRATION,
  ],
  exports: [SetupService],
})
export class AdministrationModule {}
