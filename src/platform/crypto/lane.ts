import { serviceBusy } from '../../shared/api-error.js';

const SOONEST_SECONDS = 1;
const SPREAD_STEPS = 40;
const STEPS_PER_SECOND = 10;

/**
 * At most `lanes` jobs at once, behind them a line of at most `maxWaiting`, first come first served. Who finds the
 * line full is turned away at once: a flood of sign-ins must not pile up memory and delay for everybody else.
 */
export class Lane {
  private busy = 0;
  private readonly line: (() => void)[] = [];
  private turnedAway = 0;

  constructor(
    private readonly lanes: number,
    private readonly maxWaiting: number,
  ) {
    if (!Number.isInteger(lanes) || lanes < 1) throw new RangeError('There must be at least one lane.');
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
    if (this.busy < this.lanes) {
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
    const next = this.line.shift();
    // The place is handed on, not given back: a newcomer cannot slip in before the one who waited.
    if (next) next();
    else this.busy -= 1;
  }
}
