/** Where a needle was found: the byte at which it begins, and how many it has. */
export interface Hit<T> {
  tag: T;
  at: number;
  length: number;
}

/** Every needle has at least as many bytes; a shorter one would be met by chance. */
export const WINDOW = 12;
const BASE = 0x01000193;
const SLOT_BITS = 18;
/** Taken once: under Jest a look at the global `Math` costs a hundred times what the multiplication does. */
const { imul } = Math;

/** Weight of the byte that leaves the window. */
let LEAVING = 1;
for (let power = 1; power < WINDOW; power += 1) LEAVING = imul(LEAVING, BASE);

/**
 * Looks for thousands of texts in one pass over megabytes (Rabin and Karp): a hash of twelve bytes rolls along, and only
 * where some needle begins with that hash are bytes compared. What it costs does not depend on how many needles there are.
 */
export class Needles<T> {
  private readonly slots = new Uint8Array(1 << SLOT_BITS);
  private readonly byHash = new Map<number, { bytes: Buffer; tag: T }[]>();

  /** @returns whether it was long enough to be looked for */
  add(text: string, tag: T): boolean {
    const bytes = Buffer.from(text);
    if (bytes.length < WINDOW) return false;
    let hash = 0;
    for (let index = 0; index < WINDOW; index += 1) hash = (imul(hash, BASE) + bytes[index]!) | 0;
    this.slots[hash >>> (32 - SLOT_BITS)] = 1;
    const same = this.byHash.get(hash);
    if (same === undefined) this.byHash.set(hash, [{ bytes, tag }]);
    else same.push({ bytes, tag });
    return true;
  }

  find(haystack: Buffer): Hit<T>[] {
    const hits: Hit<T>[] = [];
    const { slots } = this;
    let hash = 0;
    for (let index = 0; index < haystack.length; index += 1) {
      if (index >= WINDOW) hash = (hash - imul(haystack[index - WINDOW]!, LEAVING)) | 0;
      hash = (imul(hash, BASE) + haystack[index]!) | 0;
      if (slots[hash >>> (32 - SLOT_BITS)] === 0 || index < WINDOW - 1) continue;
      const at = index - WINDOW + 1;
      for (const { bytes, tag } of this.byHash.get(hash) ?? []) {
        const end = at + bytes.length;
        if (end <= haystack.length && bytes.compare(haystack, at, end) === 0) {
          hits.push({ tag, at, length: bytes.length });
        }
      }
    }
    return hits;
  }
}
