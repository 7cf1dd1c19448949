import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { ARGON2 } from '../src/platform/crypto/hasher.js';

/** Verifications alone, as many at once as there are cores: the limit that a sign-in cannot pass. */
process.on('message', ({ seconds }: { seconds: number }) => void run(seconds));

async function run(seconds: number): Promise<void> {
  const known = await hash('seven quiet herons wade upstream', ARGON2);
  const begun = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      while (performance.now() - begun < seconds * 1_000) {
        await verify(known, 'seven quiet herons wade upstream');
        done += 1;
      }
    }),
  );
  process.send?.({ done, seconds: (performance.now() - begun) / 1_000 });
}
