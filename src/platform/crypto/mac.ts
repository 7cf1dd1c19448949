import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { constantTimeEqual } from './digest.js';
import { KeyRing } from './key-ring.js';

/** HMAC-SHA-256 (RFC 2104) in lower-case hex, for what must be proven unaltered but need not be hidden. */
@Injectable()
export class Mac {
  constructor(private readonly ring: KeyRing) {}

  /** A mac made for one purpose never verifies for another. */
  sign(purpose: string, data: string): { keyId: string; mac: string } {
    const keyId = this.ring.currentId;
    return { keyId, mac: this.compute(purpose, data, keyId) };
  }

  verify(purpose: string, data: string, keyId: string, mac: string): boolean {
    if (!this.ring.ids().includes(keyId)) return false;
    return constantTimeEqual(this.compute(purpose, data, keyId), mac);
  }

  private compute(purpose: string, data: string, keyId: string): string {
    // JSON quotes its strings: no data can move the border between purpose and data.
    const message = JSON.stringify([purpose, data]);
    return createHmac('sha256', this.ring.derive(keyId, 'mac')).update(message, 'utf8').digest('hex');
  }
}
