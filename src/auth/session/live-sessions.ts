import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { Clock } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { type LiveSession, SessionsStore } from './sessions.store.js';

const AT_ONCE = 200;

/**
 * Looks up the sessions of all requests that came in at the same moment with one question to the database. Nothing is
 * kept: each request is answered by rows that were read after it had come.
 */
@Injectable()
export class LiveSessions {
  private readonly loader: DataLoader<string, LiveSession | null>;

  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: SessionsStore,
  ) {
    this.loader = new DataLoader((ids) => this.read(ids), {
      cache: false,
      maxBatchSize: AT_ONCE,
      batchScheduleFn: (batch) => void setImmediate(batch),
    });
  }

  /** Null where the session has ended or its user is not active. */
  find(sessionId: string): Promise<LiveSession | null> {
    return this.loader.load(sessionId);
  }

  private async read(ids: readonly string[]): Promise<(LiveSession | null)[]> {
    const distinct = [...new Set(ids)];
    const live = await this.unitOfWork.read((tx) => this.sessions.live(tx, distinct, this.clock.now()));
    return ids.map((id) => live.get(id) ?? null);
  }
}
