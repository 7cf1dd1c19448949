import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';

const EVERY_MS = 10 * 60 * 1000;
const KEPT_MS = 24 * 3600 * 1000;
const BATCH = 1_000;

/** What is over, and by which column that is told. The audit and the messages are not among them: they are kept. */
const ENDED: readonly { table: string; key: string; column: string; keptMs?: number }[] = [
  { table: 'tickets', key: 'id', column: 'expiresAt' },
  { table: 'challenges', key: 'id', column: 'expiresAt' },
  { table: 'enrollments', key: 'id', column: 'expiresAt' },
  // Where somebody signed in tells for a while which addresses are theirs.
  { table: 'sessions', key: 'id', column: 'expiresAt', keptMs: 30 * KEPT_MS },
  { table: 'trusted_browsers', key: 'id', column: 'expiresAt' },
  { table: 'email_links', key: 'id', column: 'expiresAt' },
  { table: 'password_throttles', key: 'throttleKey', column: 'windowEndsAt' },
  { table: 'send_windows', key: 'windowKey', column: 'updatedAt' },
];

/** Takes away, a day later and in small bites, what has expired: secrets that nobody needs are not kept. */
@Injectable()
export class HousekeepingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Housekeeping');
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.round = this.round
        .then(() => this.sweep())
        .catch((error: unknown) => {
          this.logger.warn(error instanceof Error ? error : new Error('Housekeeping failed.'));
        });
    }, EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.round;
  }

  async sweep(): Promise<void> {
    const now = this.clock.now().getTime();
    for (const { table, key, column, keptMs } of ENDED) {
      const before = new Date(now - (keptMs ?? KEPT_MS));
      while ((await this.bite(table, key, column, before)) === BATCH);
    }
  }

  private async bite(table: string, key: string, column: string, before: Date): Promise<number> {
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.manager
        .createQueryBuilder()
        .select(`t.${key}`, 'found')
        .from(table, 't')
        .where(`t.${column} < :before`, { before })
        .limit(BATCH)
        .getRawMany<{ found: string }>();
      const keys = rows.map(({ found }) => found);
      if (keys.length > 0) {
        await tx.manager.createQueryBuilder().delete().from(table).where(`${key} IN (:...keys)`, { keys }).execute();
      }
      return keys.length;
    });
  }
}
