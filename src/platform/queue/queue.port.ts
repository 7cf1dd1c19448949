/** Three queues that never wait for each other: a hundred thousand confirmations must not delay a sign-in. */
export const LANES = ['codes', 'normal', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

/**
 * Carries ids and nothing else, since a queue is a place that gets dumped, listed and logged. It may lose what it
 * holds: the row behind the id is the truth, and a sweep finds what was lost.
 */
export abstract class JobQueue {
  /**
   * Publishing an id that still waits on its lane changes nothing.
   * @throws Error within a second or so when the queue cannot be reached
   */
  abstract publish(lane: Lane, id: string): Promise<void>;

  /**
   * Hands over the ids of a lane, at most `concurrency` at once. A handler that throws is logged, and its id is not
   * tried again by the queue. Returns once the taking is arranged, not once it works: it reconnects by itself.
   */
  abstract consume(lane: Lane, concurrency: number, handler: (id: string) => Promise<void>): Promise<void>;

  /** How many ids wait, by lane; those in hand are not counted. */
  abstract depth(): Promise<Record<Lane, number>>;

  /** @throws Error when the queue cannot be reached */
  abstract ping(): Promise<void>;

  /** Takes nothing more, and waits for the work in hand. */
  abstract close(): Promise<void>;
}
