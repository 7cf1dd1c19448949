import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { JobQueue } from './queue.port.js';

/** Work in hand ends before the database and the mail pools close, which happens in later hooks. */
@Injectable()
export class QueueShutdown implements BeforeApplicationShutdown {
  constructor(private readonly queue: JobQueue) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
