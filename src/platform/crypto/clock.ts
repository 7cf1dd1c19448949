import { Injectable } from '@nestjs/common';

/** The only source of "now": tests put their own in its place, so nothing else may call `new Date()` or `Date.now()`. */
export abstract class Clock {
  abstract now(): Date;
}

@Injectable()
export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}
