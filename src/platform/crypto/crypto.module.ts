import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Clock, SystemClock } from './clock.js';
import { Argon2Hasher, PasswordHasher } from './hasher.js';
import { KeyRing } from './key-ring.js';
import { Mac } from './mac.js';
import { Random } from './random.js';
import { Sealer } from './seal.js';
import { tracedHasher } from './traced-hasher.js';

export interface CryptoParts {
  keyRing: KeyRing;
  /** The system's clock, unless a test moves its own. */
  clock?: Clock | undefined;
  /** Argon2id, unless a test brings one that is quick and says so. */
  hasher?: PasswordHasher | undefined;
}

/** Global, since it belongs to the platform: every feature tells the time and draws random numbers. */
@Global()
@Module({})
export class CryptoModule {
  static forRoot({ keyRing, clock, hasher }: CryptoParts): DynamicModule {
    return {
      module: CryptoModule,
      providers: [
        { provide: Clock, useFactory: () => clock ?? new SystemClock() },
        { provide: KeyRing, useValue: keyRing },
        { provide: PasswordHasher, useFactory: () => tracedHasher(hasher ?? new Argon2Hasher()) },
        Random,
        Sealer,
        Mac,
      ],
      exports: [Clock, KeyRing, PasswordHasher, Random, Sealer, Mac],
    };
  }
}
