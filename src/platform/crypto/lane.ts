import { serviceBusy } from '../../shared/api-error.js';

const SOONEST_SECONDS = 1;
const SPREAD_STEPS = 40;
const STEPS_PER_SECOND = 10;

/** How many jobs there may be at once, from now on. */
export type Width = () => number;

/**
 * At most `lanes` jobs at once, behind them a line of at most `maxWaiting`, first come first served. Who finds the
 * line full is turned away at once: a flood of sign-ins must not pile up memory and delay for everybody else.
 */
export class Lane {
  private busy = 0;
  private readonly line: (() => void)[] = [];
  private readonly width: Width;
  private turnedAway = 0;

  /** @param lanes may become fewer and more meanwhile; what is under way is never stopped for it */
  constructor(
    lanes: number | Width,
    private readonly maxWaiting: number,
  ) {
    this.width = typeof lanes === 'number' ? () => lanes : lanes;
    const first = this.width();
    if (!Number.isInteger(first) || first < 1) throw new RangeError('There must be at least one lane.');
    if (!Number.isInteger(maxWaiting) || maxWaiting < 0) throw new RangeError('The line must have a bound.');
  }

  /** Jobs that have not started yet. */
  get waiting(): number {
    return this.line.length;
  }

  get running(): number {
    return this.busy;
  }

  /** How many found the line full, since the start. */
  get refused(): number {
    return this.turnedAway;
  }

  /** @throws ApiError SERVICE_BUSY when the line is full, and whatever the job throws. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await job();
    } finally {
      this.leave();
    }
  }

  private enter(): Promise<void> {
    // Not past those who wait, where lanes have been added and nobody has left since.
    if (this.busy < this.width() && this.line.length === 0) {
      this.busy += 1;
      return Promise.resolve();
    }
    if (this.line.length >= this.maxWaiting) {
      this.turnedAway += 1;
      return Promise.reject(serviceBusy(this.comeBackIn()));
    }
    return new Promise((resolve) => this.line.push(resolve));
  }

  /** Seconds, spread evenly: a crowd that is turned away at once must not come back at once. */
  private comeBackIn(): number {
    return SOONEST_SECONDS + ((this.turnedAway - 1) % SPREAD_STEPS) / STEPS_PER_SECOND;
  }

  private leave(): void {
    this.busy -= 1;
    // The place is handed on in the same turn: a newcomer cannot slip in before the one who waited.
    while (this.busy < this.width()) {
      const next = this.line.shift();
      if (next === undefined) return;
      this.busy += 1;
      next();
    }
  }
}
