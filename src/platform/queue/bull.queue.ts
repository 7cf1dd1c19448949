import { Logger } from '@nestjs/common';
import type Bull from 'bull';
import { errorName } from './error-name.js';
import { JobQueue, LANES, type Lane } from './queue.port.js';
import type { RedisConnections } from './redis-clients.js';
import { TookTooLongError, within } from './within.js';

/** The row is committed and the sweep will find it: nobody's sign-in waits longer than this for Redis. */
const ANSWER_MS = 1_000;
const CLOSE_MS = 7_000;
const NOTE_MS = 2_000;

interface JobData {
  id: string;
}

export class BullJobQueue extends JobQueue {
  private readonly logger = new Logger('Queue');
  private readonly inHand = new Set<Promise<void>>();
  private closing: Promise<void> | null = null;

  constructor(
    private readonly queues: Record<Lane, Bull.Queue<JobData>>,
    private readonly connections: RedisConnections,
  ) {
    super();
    for (const lane of LANES) {
      queues[lane].on('error', connections.report);
      // Closing is done here, with a bound. The hook that @nestjs/bull adds would wait for ever on a dead Redis.
      Object.assign(queues[lane], { onApplicationShutdown: () => this.close() });
    }
  }

  override async publish(lane: Lane, id: string): Promise<void> {
    // With the message's id as the job's own, Bull ignores an id that waits or is in hand already.
    await this.answered('Publishing', () => this.queues[lane].add({ id }, { jobId: id }));
  }

  override consume(lane: Lane, concurrency: number, handler: (id: string) => Promise<void>): Promise<void> {
    // Settles when the queue closes; until Redis can be reached for the first time it waits.
    this.queues[lane]
      .process(concurrency, (job) => this.track(this.handle(lane, job, handler)))
      .catch(this.connections.report);
    return Promise.resolve();
  }

  override async depth(): Promise<Record<Lane, number>> {
    const { codes, normal, bulk } = this.queues;
    const [inCodes, inNormal, inBulk] = await this.answered('Counting', () =>
      Promise.all([codes.getWaitingCount(), normal.getWaitingCount(), bulk.getWaitingCount()]),
    );
    return { codes: inCodes, normal: inNormal, bulk: inBulk };
  }

  override async ping(): Promise<void> {
    await this.answered('A ping', () => this.queues.codes.client.ping());
  }

  override close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    const closed = Promise.all(LANES.map((lane) => this.queues[lane].close()));
    try {
      await within(CLOSE_MS, 'The work in hand', this.handsEmpty());
      // Bull notes in Redis what is done. Without Redis it cannot, and such a job is given out once more for nothing.
      await within(NOTE_MS, 'Closing', closed);
    } catch {
      this.logger.warn('The queue was not closed in order: work in hand, or Redis, took too long.');
    } finally {
      this.connections.disconnect();
    }
  }

  private async handsEmpty(): Promise<void> {
    while (this.inHand.size > 0) await Promise.all(this.inHand);
  }

  private async answered<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.closing) throw new Error('The queue is closed.');
    try {
      return await within(ANSWER_MS, what, work());
    } catch (error) {
      if (error instanceof TookTooLongError) this.connections.renew();
      throw error;
    }
  }

  private async track(work: Promise<void>): Promise<void> {
    this.inHand.add(work);
    await work.finally(() => this.inHand.delete(work));
  }

  /** Never throws: a job that Bull holds for failed would be one more place to look for messages. */
  private async handle(lane: Lane, job: Bull.Job<JobData>, handler: (id: string) => Promise<void>): Promise<void> {
    try {
      await handler(job.data.id);
    } catch (error) {
      this.logger.error(`The handler of lane ${lane} failed on ${job.data.id}: ${errorName(error)}`);
    }
  }
}
