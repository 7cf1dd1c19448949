import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  Optional,
} from '@nestjs/common';
import { Metrics } from '../platform/metrics/index.js';
import { AuditSealer } from './audit.sealer.js';

const EVERY_MS = 1_000;
const AFTER_FAILURE_MS = 10_000;

/** Seals in the background; one round never overlaps the next. Several processes may each run one. */
@Injectable()
export class AuditSealingLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditSealingLoop.name);
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();
  private running = false;

  constructor(
    private readonly sealer: AuditSealer,
    @Optional() private readonly metrics?: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.metrics?.readAuditBacklog(() => this.sealer.oldestUnsealedSeconds());
    this.start();
  }

  /** Before the database closes: a last round, so that a service at rest has nothing unsealed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
    await this.sealOnce();
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.schedule(EVERY_MS);
  }

  async stop(): Promise<void> {
    this.running = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.round;
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.round = this.sealOnce().then((well) => {
        if (this.running) this.schedule(well ? EVERY_MS : AFTER_FAILURE_MS);
      });
    }, delayMs);
    this.timer.unref();
  }

  /** Nothing is lost by a failure: what is not sealed now is sealed by a later round. */
  private async sealOnce(): Promise<boolean> {
    try {
      await this.sealer.sealPending();
      this.metrics?.sealingRound(this.sealer.blocked === 0 ? 'ok' : 'blocked');
      return true;
    } catch (error) {
      this.metrics?.sealingRound('failed');
      // The name alone: the message of a failed statement may hold what it was about.
      this.logger.warn(
        `Sealing the audit failed (${error instanceof Error ? error.name : 'unknown'}); it is tried again.`,
      );
      return false;
    }
  }
}
