/** What a sink received, in order, and a way to wait for more. */
export interface Inbox<T> {
  readonly items: T[];
  push(item: T): void;
  /** The first item that fits, already there or yet to come. Rejects after `timeoutMs` (default 5000). */
  waitFor(predicate: (item: T) => boolean, timeoutMs?: number): Promise<T>;
}

export function createInbox<T>(what: string): Inbox<T> {
  const items: T[] = [];
  const waiting = new Set<(item: T) => void>();
  return {
    items,
    push(item) {
      items.push(item);
      for (const offer of waiting) offer(item);
    },
    waitFor(predicate, timeoutMs = 5_000) {
      const present = items.find(predicate);
      if (present !== undefined) return Promise.resolve(present);
      return new Promise((resolve, reject) => {
        const finish = (): void => {
          clearTimeout(timer);
          waiting.delete(offer);
        };
        const offer = (item: T): void => {
          try {
            if (!predicate(item)) return;
            finish();
            resolve(item);
          } catch (error) {
            // A failing predicate is the test's fault and must fail the test, not the sink that delivers.
            finish();
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`No fitting ${what} within ${timeoutMs} ms; ${items.length} came that did not fit.`));
        }, timeoutMs);
        waiting.add(offer);
      });
    },
  };
}
