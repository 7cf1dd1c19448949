import { type DynamicModule, Module } from '@nestjs/common';
import { AuditChain } from './audit-chain.js';
import { AuditChainStore } from './audit-chain.store.js';
import { AuditSealingLoop } from './audit-sealing.loop.js';
import { AuditExporter } from './audit.exporter.js';
import { AuditResolver } from './audit.resolver.js';
import { AuditSealer } from './audit.sealer.js';
import { AuditService } from './audit.service.js';
import { AuditStore } from './audit.store.js';
import { AuditVerifier } from './audit.verifier.js';

/** What a feature imports in order to record. It seals nothing by itself. */
@Module({
  providers: [
    AuditChain,
    AuditStore,
    AuditChainStore,
    AuditService,
    AuditSealer,
    AuditVerifier,
    AuditExporter,
    AuditResolver,
  ],
  exports: [AuditService, AuditSealer, AuditVerifier, AuditExporter],
})
export class AuditModule {
  /** For a composition root, which says whether this process seals in the background. */
  static forRoot({ seal }: { seal: boolean }): DynamicModule {
    return {
      module: AuditSealingModule,
      imports: [AuditModule],
      providers: seal ? [AuditSealingLoop] : [],
      exports: [AuditModule],
    };
  }
}

/** A module of its own, so that there is one AuditModule however many features import it. */
@Module({})
export class AuditSealingModule {}
