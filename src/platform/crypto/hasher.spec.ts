import { describe, expect, it } from '@jest/globals';
import { hash as argon2 } from '@node-rs/argon2';
import { ARGON2, Argon2Hasher, isVerifiableHash } from './hasher.js';
import type { Lane } from './lane.js';

const hasher = new Argon2Hasher({ lanes: 2, maxWaiting: 10 });
/** Of the reference implementation's tests. */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
const FORMLESS = [
  '',
  'hunter2',
  '$argon2id$',
  '$argon2id$v=19$m=19456,t=2,p=1$AAAA',
  `$argon2id$${'x'.repeat(10_000)}`,
  '$2b$31$x',
];

describe('Argon2Hasher', () => {
  it('hashes with Argon2id, 19 MiB, 2 passes, 1 lane, and verifies it', async () => {
    const hash = await hasher.hash('correct horse');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await hasher.verify(hash, 'correct horse')).toBe(true);
    expect(await hasher.verify(hash, 'correct horsf')).toBe(false);
    expect(await hasher.verify(hash, '')).toBe(false);
    expect(await hasher.hash('correct horse')).not.toBe(hash);
    expect(hasher.needsRehash(hash)).toBe(false);
  });

  it('takes over hashes made elsewhere, and wants them replaced', async () => {
    expect(await hasher.verify(REFERENCE, 'password')).toBe(true);
    expect(await hasher.verify(REFERENCE, 'passwords')).toBe(false);
    expect(await hasher.verify(BCRYPT, 'U*U')).toBe(true);
    expect([REFERENCE, BCRYPT].map((hash) => [isVerifiableHash(hash), hasher.needsRehash(hash)])).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  it.each([
    ['memory', { memoryCost: ARGON2.memoryCost - 1 }],
    ['passes', { timeCost: 3 }],
    ['lanes', { parallelism: 2 }],
    ['length', { outputLen: 16 }],
    ['algorithm', { algorithm: 1 }],
    ['version', { version: 0 }],
  ])('wants a new hash where the %s differs', async (_name, over) => {
    const hash = await argon2('x', { ...ARGON2, ...over });
    expect(hasher.needsRehash(hash)).toBe(true);
    expect(await hasher.verify(hash, 'x')).toBe(true);
  });

  it.each(FORMLESS)('answers false, and throws nothing, for the hash %j', async (hash) => {
    expect(await hasher.verify(hash, 'x')).toBe(false);
    expect(await hasher.verify(hash, '')).toBe(false);
    expect(isVerifiableHash(hash)).toBe(false);
    expect(hasher.needsRehash(hash)).toBe(true);
  });

  it.each([
    ['4 TiB of memory', 'm=4294967295,t=2,p=1', 43],
    ['a billion passes', 'm=19456,t=1000000000,p=1', 43],
    ['255 lanes', 'm=19456,t=2,p=255', 43],
    ['a digest of four bytes', 'm=19456,t=2,p=1', 6],
  ])('does not even try an imported hash with %s', async (_name, params, length) => {
    const hash = `$argon2id$v=19$${params}$${'A'.repeat(22)}$${'A'.repeat(length)}`;
    expect(isVerifiableHash(hash)).toBe(false);
    expect(await hasher.verify(hash, 'x')).toBe(false);
  });

  it('spends on nobody, and on a hash of no known form, about what it spends on somebody', async () => {
    const hash = await hasher.hash('x');
    const somebody = await quickest(() => hasher.verify(hash, 'y'));
    const nobody = await quickest(() => hasher.verifyNothing('y'));
    const formless = await quickest(() => hasher.verify('', 'y'));
    // Wide, since the machine may be busy; an answer without hashing takes less than a hundredth.
    for (const spent of [nobody, formless]) {
      expect(spent).toBeGreaterThan(somebody / 4);
      expect(spent).toBeLessThan(somebody * 4);
    }
  });

  it('lets work begin when its hash is near, and turns the rest away before any of it has begun', async () => {
    const narrow = new Argon2Hasher({ lanes: 1, maxWaiting: 2 });
    let begun = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const work = () =>
      narrow.inLine(async () => {
        begun += 1;
        await held;
        return narrow.hash('a password');
      });
    const all = Promise.allSettled(Array.from({ length: 9 }, work));
    await new Promise((resolve) => setTimeout(resolve, 10));
    // One under way, one about to come to its hash, one beyond it; two wait; four are turned away.
    expect([begun, narrow.waiting(), narrow.refused()]).toEqual([3, 2, 4]);
    release();
    const outcomes = await all;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(outcomes.filter((each) => each.status === 'rejected').map((each) => each.reason as unknown)).toEqual(
      Array.from({ length: 4 }, () => expect.objectContaining({ code: 'SERVICE_BUSY' })),
    );
    expect([begun, narrow.waiting()]).toEqual([5, 0]);
  });

  it('leaves a core to those inside while a crowd is in line, and takes it back afterwards', async () => {
    const wide = new Argon2Hasher({ lanes: 2, maxWaiting: 8 });
    // Six pieces of work begin, three for each hash: nobody waits at the door.
    const crowd = Array.from({ length: 6 }, () => wide.inLine(() => wide.hash('a password')));
    await tick();
    expect(hashing(wide)).toBe(2);
    // A quarter of the longest line is a crowd.
    const more = Array.from({ length: 6 }, () => wide.inLine(() => wide.hash('a password')));
    let narrowest = 2;
    while (wide.waiting() > 0) {
      narrowest = Math.min(narrowest, hashing(wide));
      await tick();
    }
    expect(narrowest).toBe(1);
    await Promise.all([...crowd, ...more]);
    const later = [wide.hash('1'), wide.hash('2'), wide.hash('3')];
    await tick();
    expect(hashing(wide)).toBe(2);
    await Promise.all(later);
  });

  it('keeps a bounded line, and says SERVICE_BUSY beyond it', async () => {
    const narrow = new Argon2Hasher({ lanes: 1, maxWaiting: 2 });
    const all = [
      narrow.hash('1'),
      narrow.verifyNothing('2'),
      narrow.verify('', '3'),
      narrow.hash('4'),
      narrow.verify(BCRYPT, '5'),
    ];
    expect(narrow.waiting()).toBe(2);
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(outcomes[3]).toMatchObject({ reason: { code: 'SERVICE_BUSY' } });
    expect(narrow.waiting()).toBe(0);
    expect(await narrow.verify(BCRYPT, 'U*U')).toBe(true);
  });
});

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const hashing = (hasher: Argon2Hasher): number => (hasher as unknown as { lane: Lane }).lane.running;

async function quickest(action: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    const start = performance.now();
    await action();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}
