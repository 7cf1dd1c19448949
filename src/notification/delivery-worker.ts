import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { JobQueue, type Lane } from '../platform/queue/index.js';
import { traced } from '../platform/tracing/index.js';
import { Dispatcher } from './dispatcher.js';

/** More than there are connections to the mail server: while some send, others fetch and note down. */
const CONCURRENCY = { codes: 16, normal: 8, bulk: 12 } as const satisfies Record<Lane, number>;

/** Takes the three lanes. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: JobQueue,
    private readonly dispatcher: Dispatcher,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const lane of Object.keys(CONCURRENCY) as Lane[]) {
      const options = { kind: 'consumer', facts: { 'countersign.lane': lane }, root: true } as const;
      await this.queue.consume(lane, CONCURRENCY[lane], (id) =>
        traced(`job ${lane}`, options, () => this.dispatcher.deliver(id)),
      );
    }
  }
}
