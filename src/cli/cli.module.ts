import { type DynamicModule, Module } from '@nestjs/common';
import { AdministrationModule } from '../administration/index.js';
import { AuditModule } from '../audit/index.js';
import { AuthModule } from '../auth/index.js';
import { NotificationModule } from '../notification/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { OtpModule } from '../otp/index.js';
import { type Parts, platformModules } from '../platform.parts.js';
import { RolesModule } from '../roles/index.js';
import { UsersModule } from '../users/index.js';

/** The composition root of the operator's commands: the features, without HTTP, without a queue, and sealing nothing. */
@Module({})
export class CliModule {
  static forRoot(parts: Parts): DynamicModule {
    // Messages are rows; the sweep of a worker finds them. A command need not reach Redis.
    const config = { ...parts.config, redisUrl: null };
    return {
      module: CliModule,
      imports: [
        ...platformModules({ ...parts, config }, false),
        AuditModule,
        OrganizationsModule,
        RolesModule,
        UsersModule,
        OtpModule,
        NotificationModule,
        AuthModule,
        AdministrationModule,
      ],
    };
  }
}
