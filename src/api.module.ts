import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AdministrationModule } from './administration/index.js';
import { AuditModule } from './audit/index.js';
import { AccessGuard, AuthModule } from './auth/index.js';
import { DevMailboxModule } from './notification/index.js';
import { GraphqlEdgeModule } from './platform/graphql/index.js';
import { HealthModule } from './platform/health/index.js';
import { type Parts, platformModules } from './platform.parts.js';
import { workerModules } from './worker.module.js';

export interface ApiOptions {
  /** Embedded: the one process migrates, and does the worker's work as well. */
  embedded: boolean;
}

/** Answers requests. Everything is denied that does not state who may call it. */
@Module({})
export class ApiModule {
  static forRoot(parts: Parts, { embedded }: ApiOptions): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ...platformModules(parts, embedded),
        HealthModule,
        GraphqlEdgeModule.forRoot(),
        AuditModule.forRoot({ seal: true }),
        AuthModule,
        AdministrationModule,
        DevMailboxModule.forRoot(parts.config),
        ...(embedded ? workerModules() : []),
      ],
      providers: [{ provide: APP_GUARD, useExisting: AccessGuard }],
    };
  }
}
