import { Injectable } from '@nestjs/common';
import { traced } from '../tracing/index.js';
import type { Tx } from './tx.js';
import { UnitOfWork } from './unit-of-work.js';

type Work<T> = (tx: Tx) => Promise<T>;

/** With a span for each unit of work. It takes the place of the other where the process traces. */
@Injectable()
export class TracedUnitOfWork extends UnitOfWork {
  override run<T>(work: Work<T>): Promise<T> {
    return this.inSpan('transaction', () => super.run(work));
  }

  override single<T>(work: Work<T>): Promise<T> {
    return this.inSpan('statement', () => super.single(work));
  }

  override read<T>(work: Work<T>): Promise<T> {
    return this.inSpan('read', () => super.read(work));
  }

  override readAside<T>(work: Work<T>): Promise<T> {
    return this.inSpan('read aside', () => super.readAside(work));
  }

  private inSpan<T>(what: 'transaction' | 'statement' | 'read' | 'read aside', work: () => Promise<T>): Promise<T> {
    return traced(
      `unit of work: ${what}`,
      { kind: 'client', facts: { 'db.operation.name': what }, belowOnly: true },
      work,
    );
  }
}
