import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { JobQueue } from '../queue/index.js';

export type PartState = 'up' | 'down';

export interface ReadinessReport {
  ready: boolean;
  /** True from the first sign of a shutdown: a balancer should send nothing more. */
  stopping: boolean;
  /** By part, and no more than that: hosts, users and reasons are nobody's business here. */
  parts: { database: PartState; queue: PartState };
}

/** What has no answer by then is down for whoever waits. */
const LIMIT_MS = 2_000;

/**
 * Who asks while a check runs shares its result: a flood of readiness requests must not become a flood of queries.
 * Both sources are optional so that a worker, or a test, can carry the same controller.
 */
@Injectable()
export class Readiness {
  private stopping = false;
  private running: Promise<ReadinessReport['parts']> | null = null;

  constructor(
    @Optional() @Inject(DataSource) private readonly dataSource: Pick<DataSource, 'query'> | undefined,
    @Optional() @Inject(JobQueue) private readonly queue: Pick<JobQueue, 'ping'> | undefined,
  ) {}

  /** From now on, and for good, the process is not ready. */
  stop(): void {
    this.stopping = true;
  }

  async report(): Promise<ReadinessReport> {
    this.running ??= this.check().finally(() => (this.running = null));
    const parts = await this.running;
    // Without the queue people sign in all the same, and workers send from the database: a balancer that took every
    // process away for it would make an outage of a delay.
    return { ready: parts.database === 'up' && !this.stopping, stopping: this.stopping, parts };
  }

  private async check(): Promise<ReadinessReport['parts']> {
    const [database, queue] = await Promise.all([
      stateOf(async () => this.dataSource?.query('SELECT 1')),
      stateOf(async () => this.queue?.ping()),
    ]);
    return { database, queue };
  }
}

async function stateOf(work: () => Promise<unknown>): Promise<PartState> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<PartState>((resolve) => {
    timer = setTimeout(() => resolve('down'), LIMIT_MS);
  });
  const answer = work().then(
    (): PartState => 'up',
    (): PartState => 'down',
  );
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}
