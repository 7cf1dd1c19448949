import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { decodeBase64Url } from './base64url.js';
import { KeyRing } from './key-ring.js';
import { Random } from './random.js';

/** Where the sealed text is kept. It opens there and nowhere else. */
export interface SealedPlace {
  table: string;
  row: string;
  column: string;
}

/** Altered, moved to another place, or of a key that is no longer in the ring. Which of them is not told. */
export class SealError extends Error {
  constructor() {
    super('A sealed value cannot be opened: it was altered or moved, or its key is not in SECRET_KEYS.');
    this.name = 'SealError';
  }
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, good for 2^32 values for each key (§8.3).
 * Text form: `v1.<keyId>.<nonce>.<ciphertext and tag>`, the last two in base64url.
 */
@Injectable()
export class Sealer {
  constructor(
    private readonly ring: KeyRing,
    private readonly random: Random,
  ) {}

  seal(plain: string | Buffer, place: SealedPlace): string {
    const keyId = this.ring.currentId;
    const nonce = this.random.bytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.ring.derive(keyId, 'seal'), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(additionalData(keyId, place));
    const bytes = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain;
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, keyId, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /** @throws SealError */
  open(sealed: string, place: SealedPlace): Buffer {
    const { keyId, nonce, body } = parse(sealed);
    if (!this.ring.ids().includes(keyId)) throw new SealError();
    const key = this.ring.derive(keyId, 'seal');
    // A fixed tag length: GCM would otherwise take a tag cut down to 4 bytes, which can be guessed.
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(keyId, place));
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch {
      throw new SealError();
    }
  }

  /** @throws SealError */
  openText(sealed: string, place: SealedPlace): string {
    return this.open(sealed, place).toString('utf8');
  }

  /** Which key a value was sealed with, so that a rotation finds what it has to seal anew. @throws SealError */
  keyIdOf(sealed: string): string {
    return parse(sealed).keyId;
  }
}

function parse(sealed: string): { keyId: string; nonce: Buffer; body: Buffer } {
  const parts = sealed.split('.');
  const [version, keyId = '', nonceText = '', bodyText = ''] = parts;
  const nonce = decodeBase64Url(nonceText);
  const body = decodeBase64Url(bodyText);
  if (parts.length !== 4 || version !== VERSION || nonce?.length !== NONCE_BYTES) throw new SealError();
  if (!body || body.length < TAG_BYTES) throw new SealError();
  return { keyId, nonce, body };
}

/** Bound to its place, so that whoever can write to the database cannot put one user's secret under another's name. */
const additionalData = (keyId: string, place: SealedPlace): Buffer =>
  // JSON quotes its strings: ("a", "bc") and ("ab", "c") stay apart.
  Buffer.from(JSON.stringify([VERSION, keyId, place.table, place.row, place.column]), 'utf8');
