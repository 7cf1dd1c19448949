import { Inject, Injectable, Logger, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ApiError } from '../../shared/api-error.js';
import { Metrics } from '../metrics/index.js';
import { kindOf } from '../tracing/index.js';
import { poolOf } from './direct.js';
import { Tx } from './tx.js';

/** Makes a source that is not connected yet. Null where there is no replica. */
export const REPLICA_SOURCE = Symbol('replica-source');
export type ReplicaSource = (() => Promise<DataSource>) | null;

/** A read that takes longer is asked of the primary: a host that lost its power says no goodbye. */
const ANSWER_MS = 5_000;
/** So long nothing is asked of a replica that failed, and nobody waits for it. */
const REST_MS = 5_000;

type Work<T> = (tx: Tx) => Promise<T>;

/**
 * A copy of the database for reads that may be a little old. Connected to at the first read and not at the start: the
 * service runs without it. Whatever fails here is asked of the primary, at once, and counted.
 */
@Injectable()
export class Replica implements OnApplicationShutdown {
  private readonly logger = new Logger('Replica');
  private connecting: Promise<DataSource> | null = null;
  private restsUntil = 0;
  private isDown = false;

  constructor(
    @Inject(REPLICA_SOURCE) private readonly source: ReplicaSource,
    @Optional() @Inject(Metrics) private readonly metrics?: Metrics,
  ) {}

  get exists(): boolean {
    return this.source !== null;
  }

  /** @param primary the same read, asked of the primary */
  async read<T>(work: Work<T>, primary: () => Promise<T>): Promise<T> {
    if (this.source === null) return primary();
    if (performance.now() < this.restsUntil) return this.fallBack(primary);
    try {
      const value = await this.answered(this.source, work);
      this.note(null);
      this.metrics?.replicaRead('replica');
      return value;
    } catch (error) {
      // What the caller is to be told, the primary would tell as well; all else may be the replica's fault.
      if (error instanceof ApiError) throw error;
      this.note(error);
      return this.fallBack(primary);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const source = await this.connecting?.catch(() => null);
    if (source?.isInitialized === true) await source.destroy().catch(() => undefined);
  }

  private async answered<T>(source: NonNullable<ReplicaSource>, work: Work<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The replica did not answer in time.')), ANSWER_MS);
    });
    const answer = this.connected(source).then((found) => work(new Tx(found.manager, poolOf(found))));
    // What it says when nobody waits any more must not count as unhandled.
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  private connected(source: NonNullable<ReplicaSource>): Promise<DataSource> {
    this.connecting ??= source()
      .then((made) => made.initialize())
      .catch((error: unknown) => {
        this.connecting = null;
        throw error;
      });
    return this.connecting;
  }

  private fallBack<T>(primary: () => Promise<T>): Promise<T> {
    this.metrics?.replicaRead('fallback');
    return primary();
  }

  /** One line when it goes and one when it comes back, not one for each read. */
  private note(error: unknown): void {
    const wasDown = this.isDown;
    this.isDown = error !== null;
    if (this.isDown) this.restsUntil = performance.now() + REST_MS;
    if (this.isDown && !wasDown) {
      this.logger.warn(`The replica cannot be read, and the primary answers in its place: ${kindOf(error)}`);
    }
    if (!this.isDown && wasDown) this.logger.log('The replica answers again.');
  }
}
