import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Argon2Hasher,
  Clock,
  CryptoModule,
  KeyRing,
  Mac,
  PasswordHasher,
  Random,
  Sealer,
  SystemClock,
} from './index.js';

@Injectable()
class Feature {
  constructor(
    readonly clock: Clock,
    readonly random: Random,
    readonly ring: KeyRing,
    readonly sealer: Sealer,
    readonly mac: Mac,
    readonly hasher: PasswordHasher,
  ) {}
}

@Module({ providers: [Feature] })
class FeatureModule {}

describe('CryptoModule', () => {
  it('hands everything to a feature that imports nothing of it', async () => {
    const keyRing = KeyRing.parse(KeyRing.generate());
    const app = await Test.createTestingModule({
      imports: [CryptoModule.forRoot({ keyRing }), FeatureModule],
    }).compile();
    const feature = app.get(Feature, { strict: false });
    expect(feature.clock).toBeInstanceOf(SystemClock);
    expect(Math.abs(feature.clock.now().getTime() - Date.now())).toBeLessThan(5_000);
    expect(feature.random).toBeInstanceOf(Random);
    expect(feature.ring).toBe(keyRing);
    expect(feature.hasher).toBeInstanceOf(Argon2Hasher);
    const place = { table: 't', row: 'r', column: 'c' };
    expect(feature.sealer.openText(feature.sealer.seal('x', place), place)).toBe('x');
    expect(feature.mac.sign('p', 'd').keyId).toBe('k1');
    await app.close();
  });
});
