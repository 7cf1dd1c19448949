import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const COUNTER_MAX = 0xfff;

/** The only source of randomness: the operating system's generator, by way of node:crypto. */
@Injectable()
export class Random {
  private lastMs = 0;
  private counter = 0;

  bytes(count: number): Buffer {
    return randomBytes(count);
  }

  /** An opaque bearer value, base64url. 32 bytes are 256 bits and 43 characters. */
  token(bytes = 32): string {
    return this.bytes(bytes).toString('base64url');
  }

  /**
   * A UUID version 7 (RFC 9562 §5.7). Ids sort in the order in which this process made them, also within one
   * millisecond and when the clock steps back: `rand_a` is a counter with a random start (§6.2, method 1).
   */
  id(now: Date): string {
    this.advance(now.getTime());
    const bytes = Buffer.alloc(16);
    bytes.writeUIntBE(this.lastMs, 0, 6);
    bytes.writeUInt16BE(0x7000 | this.counter, 6);
    this.bytes(8).copy(bytes, 8);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  private advance(ms: number): void {
    if (ms > this.lastMs) {
      this.lastMs = ms;
      this.restartCounter();
    } else if (this.counter < COUNTER_MAX) {
      this.counter += 1;
    } else {
      // The millisecond is used up: borrow the next one, as §6.2 permits, rather than wait or repeat.
      this.lastMs += 1;
      this.restartCounter();
    }
  }

  /** The top bit starts clear, so that at least 2048 more ids fit into the millisecond. */
  private restartCounter(): void {
    this.counter = this.bytes(2).readUInt16BE(0) & 0x7ff;
  }
}
