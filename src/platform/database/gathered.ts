import DataLoader from 'dataloader';
import { within } from '../queue/within.js';

const AT_ONCE = 100;
/** A question that a dead connection never answers must not hold up all that come after it. */
const PATIENCE_MS = 500;

/**
 * One question for all who ask while the one before it is under way. Who asks alone waits for nobody, and a crowd asks
 * a few times. Nothing is kept: each is answered by what was read, or written, after they had asked.
 * @param ask answers in the order of the keys, which may come twice; an Error is thrown to the one whose key it
 *   stands for, and what `ask` itself throws to everyone
 */
export function gathered<K, V>(ask: (keys: readonly K[]) => Promise<(V | Error)[]>): (key: K) => Promise<V> {
  let before: Promise<unknown> = Promise.resolve();
  const round = (keys: readonly K[]): Promise<(V | Error)[]> => {
    const answer = ask(keys);
    before = within(PATIENCE_MS, 'A round', answer).catch(() => undefined);
    return answer;
  };
  const loader = new DataLoader<K, V>(round, {
    cache: false,
    maxBatchSize: AT_ONCE,
    batchScheduleFn: (batch) => void before.then(batch),
  });
  return (key) => loader.load(key);
}
