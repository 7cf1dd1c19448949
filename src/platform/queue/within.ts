export class TookTooLongError extends Error {
  constructor(what: string, ms: number) {
    super(`${what} took longer than ${String(ms)} ms.`);
    this.name = 'TookTooLongError';
  }
}

/**
 * The value of `work`, or a TookTooLongError once `ms` have passed. The work itself cannot be stopped; what it says
 * later is dropped, so that no late rejection ends the process.
 */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  work.catch(() => undefined);
  try {
    return await Promise.race([
      work,
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new TookTooLongError(what, ms)), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
