import { Clock } from '../../src/platform/crypto/index.js';

/** Stands still until it is moved. */
export class TestClock extends Clock {
  private at: number;

  constructor(start = new Date('2026-03-02T09:00:00.000Z')) {
    super();
    this.at = start.getTime();
  }

  override now(): Date {
    return new Date(this.at);
  }

  advance(seconds: number): void {
    this.at += seconds * 1000;
  }
}
