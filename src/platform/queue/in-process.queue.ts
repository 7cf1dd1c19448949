import { Injectable, Logger } from '@nestjs/common';
import { errorName } from './error-name.js';
import { JobQueue, LANES, type Lane } from './queue.port.js';
import { within } from './within.js';

/** Work in hand may take this long at the end; then its lease runs out and the next start takes it up. */
const CLOSE_MS = 8_000;

interface Consumer {
  concurrency: number;
  handler: (id: string) => Promise<void>;
}

/** One lane: ids in the order in which they came, each once. */
class InProcessLane {
  private readonly waiting = new Set<string>();
  private readonly inHand = new Set<Promise<void>>();
  private consumer: Consumer | null = null;

  get depth(): number {
    return this.waiting.size;
  }

  add(id: string): void {
    this.waiting.add(id);
    this.take();
  }

  start(consumer: Consumer): void {
    if (this.consumer) throw new Error('A lane has one consumer.');
    this.consumer = consumer;
    this.take();
  }

  stop(): Promise<void> {
    this.consumer = null;
    return Promise.all(this.inHand).then(() => undefined);
  }

  private take(): void {
    for (const id of this.waiting) {
      if (!this.consumer || this.inHand.size >= this.consumer.concurrency) return;
      this.waiting.delete(id);
      const work = this.consumer.handler(id).finally(() => {
        this.inHand.delete(work);
        this.take();
      });
      this.inHand.add(work);
    }
  }
}

/** The queue of embedded mode. What it holds ends with the process; the sweep of the next start finds the rows. */
@Injectable()
export class InProcessQueue extends JobQueue {
  private readonly logger = new Logger('Queue');
  private readonly lanes = { codes: new InProcessLane(), normal: new InProcessLane(), bulk: new InProcessLane() };
  private closing: Promise<void> | null = null;

  override publish(lane: Lane, id: string): Promise<void> {
    if (this.closing) return Promise.reject(new Error('The queue is closed.'));
    this.lanes[lane].add(id);
    return Promise.resolve();
  }

  override consume(lane: Lane, concurrency: number, handler: (id: string) => Promise<void>): Promise<void> {
    this.lanes[lane].start({
      concurrency,
      handler: async (id) => {
        try {
          await handler(id);
        } catch (error) {
          this.logger.error(`The handler of lane ${lane} failed on ${id}: ${errorName(error)}`);
        }
      },
    });
    return Promise.resolve();
  }

  override depth(): Promise<Record<Lane, number>> {
    const { codes, normal, bulk } = this.lanes;
    return Promise.resolve({ codes: codes.depth, normal: normal.depth, bulk: bulk.depth });
  }

  override ping(): Promise<void> {
    return this.closing ? Promise.reject(new Error('The queue is closed.')) : Promise.resolve();
  }

  override close(): Promise<void> {
    this.closing ??= within(
      CLOSE_MS,
      'The work in hand',
      Promise.all(LANES.map((lane) => this.lanes[lane].stop())),
    ).then(
      () => undefined,
      () => this.logger.warn('Work in hand was left behind at the end.'),
    );
    return this.closing;
  }
}
