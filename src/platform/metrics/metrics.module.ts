import { Global, Inject, Module, type OnModuleInit, Optional } from '@nestjs/common';
import { PasswordHasher } from '../crypto/index.js';
import { JobQueue } from '../queue/index.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';

/** Global like the rest of the platform. Reads the queue and the hashing line where the process has them. */
@Global()
@Module({ controllers: [MetricsController], providers: [Metrics], exports: [Metrics] })
export class MetricsModule implements OnModuleInit {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Optional() @Inject(JobQueue) private readonly queue?: JobQueue,
    @Optional() @Inject(PasswordHasher) private readonly hasher?: PasswordHasher,
  ) {}

  onModuleInit(): void {
    const { queue, hasher } = this;
    this.metrics.readProcess();
    if (queue) this.metrics.readQueueDepth(() => queue.depth());
    if (!hasher) return;
    this.metrics.readHashLine(() => hasher.waiting());
    this.metrics.readHashRefusals(() => hasher.refused());
  }
}
