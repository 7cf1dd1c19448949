import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from './audit/index.js';
import {
  ChallengeCodeSource,
  DeliveryModule,
  HousekeepingModule,
  OrganizationChannelSettings,
  PublicRoutesGuard,
} from './auth/index.js';
import { CHANNEL_SETTINGS, CODE_SOURCE, NotificationWorkerModule } from './notification/index.js';
import { HealthModule } from './platform/health/index.js';
import { type Parts, platformModules } from './platform.parts.js';

/** The worker's work: messages, the audit's seal, and taking away what has expired. */
export const workerModules = (): NonNullable<ModuleMetadata['imports']> => [
  NotificationWorkerModule.forRoot({
    imports: [DeliveryModule],
    codeSource: { provide: CODE_SOURCE, useExisting: ChallengeCodeSource },
    channelSettings: { provide: CHANNEL_SETTINGS, useExisting: OrganizationChannelSettings },
  }),
  HousekeepingModule,
];

/** A process that sends. It answers no GraphQL; its port, where it has one, is for health and metrics. */
@Module({})
export class WorkerModule {
  static forRoot(parts: Parts): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ...platformModules(parts, false),
        HealthModule,
        AuditModule.forRoot({ seal: true }),
        ...workerModules(),
      ],
      providers: [{ provide: APP_GUARD, useClass: PublicRoutesGuard }],
    };
  }
}
