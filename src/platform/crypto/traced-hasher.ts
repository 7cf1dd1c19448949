import { activeTracing, traced } from '../tracing/index.js';
import { PasswordHasher } from './hasher.js';

/** With a span for each hash: how long it took, and behind how many others. The same hasher where nothing is traced. */
export const tracedHasher = (hasher: PasswordHasher): PasswordHasher =>
  activeTracing() === null ? hasher : new TracedHasher(hasher);

class TracedHasher extends PasswordHasher {
  constructor(private readonly inner: PasswordHasher) {
    super();
  }

  override hash(secret: string): Promise<string> {
    return this.inSpan('make', () => this.inner.hash(secret));
  }

  override verify(hash: string, secret: string): Promise<boolean> {
    return this.inSpan('verify', () => this.inner.verify(hash, secret));
  }

  override needsRehash(hash: string): boolean {
    return this.inner.needsRehash(hash);
  }

  /** Named like a verification: who reads traces need not learn which accounts there are. */
  override verifyNothing(secret: string): Promise<void> {
    return this.inSpan('verify', () => this.inner.verifyNothing(secret));
  }

  override inLine<T>(work: () => Promise<T>): Promise<T> {
    return this.inner.inLine(work);
  }

  override waiting(): number {
    return this.inner.waiting();
  }

  override refused(): number {
    return this.inner.refused();
  }

  private inSpan<T>(what: 'make' | 'verify', work: () => Promise<T>): Promise<T> {
    const facts = { 'countersign.hash': what, 'countersign.hash.waiting': this.inner.waiting() };
    return traced('hash', { kind: 'internal', facts, belowOnly: true }, work);
  }
}
