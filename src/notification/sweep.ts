import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  Optional,
} from '@nestjs/common';
import { Clock } from '../platform/crypto/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { Metrics } from '../platform/metrics/index.js';
import { errorName, JobQueue, type Lane } from '../platform/queue/index.js';
import { DeliveryStore } from './delivery.store.js';
import { Dispatcher } from './dispatcher.js';
import { LANE_OF_PRIORITY, PRIORITIES } from './lane-of.js';
import type { MessagePriority } from './message.entity.js';
import type { Publishable } from './publisher.js';

export const SWEEP_EVERY_MS = Symbol('sweep-every-ms');

/** The queue normally has a first try in hand by then. */
const PATIENCE_MS = 2_000;
/** The queue was told by then, and told again. */
const LOST_MS = 5_000;
const BATCH = 200;
const WITHOUT_QUEUE_AT_ONCE = 4;
/** Expiry is told by every try as well, so it need not be looked for each time. */
const EXPIRE_EVERY = 5;

/**
 * Finds what the queue lost or never learnt: the rows are the truth. Runs in every worker; whatever several of them
 * find is published once and claimed once. While the queue cannot be reached the sweep hands messages to the
 * dispatcher itself, so that codes arrive though Redis is down. It does so too with what stays due while nobody waits in
 * the lane: a Redis that was emptied at the wrong moment can be left with an id that counts as taken and is in no list.
 */
@Injectable()
export class Sweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Sweep');
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private rounds = 0;
  private isQueueDown = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: DeliveryStore,
    private readonly queue: JobQueue,
    private readonly dispatcher: Dispatcher,
    private readonly clock: Clock,
    @Inject(SWEEP_EVERY_MS) private readonly everyMs: number,
    @Optional() private readonly metrics?: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  /** Before the queue closes, which waits for the hook after this one. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  /** One round. Expires what is too late, then takes up what is due, codes first. */
  async round(): Promise<void> {
    if (this.rounds % EXPIRE_EVERY === 0) await this.expire();
    this.rounds += 1;
    const depth = await this.depth();
    for (const priority of PRIORITIES) {
      if (this.stopped) return;
      // A lane that is still full holds what a search would find: it is looked after when it has run low.
      if (depth && depth[LANE_OF_PRIORITY[priority]] >= BATCH) continue;
      await this.takeUp(priority, depth === null ? null : depth[LANE_OF_PRIORITY[priority]]);
    }
  }

  /** The next round begins when this one has ended: a slow database is not asked faster than it answers. */
  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.round()
        .catch((error: unknown) => this.logger.warn(`A round failed: ${errorName(error)}`))
        .finally(() => this.schedule());
    }, this.everyMs);
    this.timer.unref();
  }

  private async expire(): Promise<void> {
    const expired = await this.unitOfWork.run((tx) => this.store.expire(tx, this.clock.now()));
    for (const channel of ['EMAIL', 'SMS'] as const) this.metrics?.message(channel, 'EXPIRED', expired[channel] ?? 0);
  }

  /** Null while the queue cannot be reached. */
  private async depth(): Promise<Record<Lane, number> | null> {
    try {
      const depth = await this.queue.depth();
      if (this.isQueueDown) this.logger.log('The queue answers again.');
      this.isQueueDown = false;
      return depth;
    } catch (error) {
      if (!this.isQueueDown) this.logger.warn(`Sending without the queue, which does not answer: ${errorName(error)}`);
      this.isQueueDown = true;
      return null;
    }
  }

  /** @param waiting how many ids wait in the lane; null while the queue cannot be reached */
  private async takeUp(priority: MessagePriority, waiting: number | null): Promise<void> {
    const now = this.clock.now();
    const patienceEnd = new Date(now.getTime() - PATIENCE_MS);
    const due = await this.unitOfWork.read((tx) => this.store.due(tx, priority, now, patienceEnd, BATCH));
    if (due.length === 0) return;
    if (waiting === null || !(await this.published(due))) return this.deliverHere(due);
    if (waiting === 0) await this.deliverHere(due.filter(({ dueAt }) => now.getTime() - dueAt.getTime() > LOST_MS));
  }

  private async published(due: readonly Publishable[]): Promise<boolean> {
    try {
      await Promise.all(due.map(({ id, priority }) => this.queue.publish(LANE_OF_PRIORITY[priority], id)));
      return true;
    } catch {
      return false;
    }
  }

  private async deliverHere(due: readonly Publishable[]): Promise<void> {
    const left = due[Symbol.iterator]();
    const work = async (): Promise<void> => {
      for (const { id } of left) {
        if (this.stopped) return;
        await this.dispatcher.deliver(id);
      }
    };
    await Promise.all(Array.from({ length: WITHOUT_QUEUE_AT_ONCE }, work));
  }
}
