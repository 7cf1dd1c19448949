import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { hash as argon2Hash, parseOptions, verify as argon2Verify } from '@node-rs/argon2';
import type { ParsedHashOptions } from '@node-rs/argon2';
import { Lane } from './lane.js';
import { legacyCheck } from './legacy-hash.js';

/** Argon2id, version 0x13 (RFC 9106), with the least parameters that OWASP recommends. Memory is in KiB. */
export const ARGON2 = {
  // The library's names for these two are const enums, which cannot be read from another module.
  algorithm: 2, // Argon2id
  version: 1, // 0x13
  memoryCost: 19 * 1024,
  timeCost: 2,
  parallelism: 1,
  outputLen: 32,
} as const;

/** Hashes made elsewhere may cost more than ours, within reason. */
const IMPORTED_MAX = { memoryCost: 128 * 1024, timeCost: 10, parallelism: 16, outputLen: 64, saltLen: 64 };
const IMPORTED_MIN = { outputLen: 16, saltLen: 8 };
const HASH_MAX_LENGTH = 512;
export const DEFAULT_MAX_WAITING = 128;
/** For each hash that is under way, one piece of work that is about to come to its own, and one that is beyond it. */
const WORK_PER_HASH = 3;
/** So many in line are a crowd, in shares of the longest line. */
const CROWD = 0.25;

/** Well-formed, of today's cost, and of no password: its digest is all zeros. */
const NOBODYS_HASH =
  `$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},p=${ARGON2.parallelism}` +
  `$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export abstract class PasswordHasher {
  /** @throws ApiError SERVICE_BUSY when too many wait already; so do the verifications below. */
  abstract hash(secret: string): Promise<string>;
  /** False, and no sooner than for a wrong secret, also for a hash of no known form. */
  abstract verify(hash: string, secret: string): Promise<boolean>;
  abstract needsRehash(hash: string): boolean;
  /** Spends the time of a real verification, so that an unknown user answers no faster than a known one. */
  abstract verifyNothing(secret: string): Promise<void>;
  /** Hashes that have not started yet, and work that waits for its own. */
  abstract waiting(): number;

  /**
   * For work that one hash is a part of. It begins when its hash is near: whoever waits holds nothing meanwhile, and a
   * crowd at the door takes no connection of the database from those who are inside.
   * @throws ApiError SERVICE_BUSY, before any of the work, when too many wait already
   */
  inLine<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  /** Hashes that were refused with SERVICE_BUSY since the start. */
  refused(): number {
    return 0;
  }
}

export interface HasherOptions {
  /** Hashes at once; as many as cores unless told, and one fewer, if there are two, while a crowd is in line. */
  lanes?: number;
  maxWaiting?: number;
}

@Injectable()
export class Argon2Hasher extends PasswordHasher {
  private readonly lane: Lane;
  private readonly door: Lane;

  constructor({ lanes = availableParallelism(), maxWaiting = DEFAULT_MAX_WAITING }: HasherOptions = {}) {
    super();
    // The last core would serve a crowd hardly sooner, and whoever is signed in already waits for it at every step.
    const crowd = Math.max(1, Math.ceil(maxWaiting * CROWD));
    const narrow = Math.max(1, lanes - 1);
    this.door = new Lane(lanes * WORK_PER_HASH, maxWaiting);
    this.lane = new Lane(() => (this.door.waiting >= crowd ? narrow : lanes), maxWaiting);
  }

  override inLine<T>(work: () => Promise<T>): Promise<T> {
    return this.door.run(work);
  }

  override hash(secret: string): Promise<string> {
    return this.lane.run(() => argon2Hash(secret, ARGON2));
  }

  override verify(hash: string, secret: string): Promise<boolean> {
    const check = checkFor(hash);
    return this.lane.run(async () => {
      if (!check) {
        await argon2Verify(NOBODYS_HASH, secret);
        return false;
      }
      try {
        return await check(secret);
      } catch {
        // Looked right and was not (a digest cut short, say): no password matches it.
        return false;
      }
    });
  }

  override needsRehash(hash: string): boolean {
    const options = parseArgon2(hash);
    return (
      options === null ||
      (Object.keys(ARGON2) as (keyof typeof ARGON2)[]).some((name) => options[name] !== ARGON2[name])
    );
  }

  override async verifyNothing(secret: string): Promise<void> {
    await this.lane.run(() => argon2Verify(NOBODYS_HASH, secret));
  }

  override waiting(): number {
    return this.door.waiting + this.lane.waiting;
  }

  override refused(): number {
    return this.door.refused + this.lane.refused;
  }
}

/** Whether somebody could ever sign in with this hash: an import refuses the others rather than lock people out. */
export const isVerifiableHash = (hash: string): boolean => checkFor(hash) !== null;

function checkFor(hash: string): ((secret: string) => Promise<boolean>) | null {
  if (hash.length > HASH_MAX_LENGTH) return null;
  if (!hash.startsWith('$argon2')) return legacyCheck(hash);
  const options = parseArgon2(hash);
  return options && affordable(options) ? (secret) => argon2Verify(hash, secret) : null;
}

function parseArgon2(hash: string): ParsedHashOptions | null {
  if (hash.length > HASH_MAX_LENGTH) return null;
  try {
    return parseOptions(hash);
  } catch {
    return null;
  }
}

/** Stops an import of hashes that would cost gigabytes or minutes each, or that have a digest short enough to hit. */
const affordable = (options: ParsedHashOptions): boolean =>
  (Object.keys(IMPORTED_MAX) as (keyof typeof IMPORTED_MAX)[]).every((name) => options[name] <= IMPORTED_MAX[name]) &&
  options.outputLen >= IMPORTED_MIN.outputLen &&
  options.saltLen >= IMPORTED_MIN.saltLen;
