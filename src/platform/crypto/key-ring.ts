import { hkdfSync, randomBytes } from 'node:crypto';

export type KeyPurpose = 'seal' | 'mac' | 'sign';

export const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const EXPECTED = 'SECRET_KEYS must be "<id>:<base64 of 32 random bytes>", several separated by commas';

/**
 * The installation's secret keys, newest first: the first seals and signs, the others still open and verify.
 * No key is used as it is; each purpose gets its own subkey (HKDF, RFC 5869), so that no output of one use can be
 * played back into another.
 */
export class KeyRing {
  readonly currentId: string;
  // Truly private: neither JSON.stringify nor util.inspect of a ring, in a log line or a crash report, shows a key.
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #derived = new Map<string, Buffer>();

  private constructor(keys: ReadonlyMap<string, Buffer>, currentId: string) {
    this.#keys = keys;
    this.currentId = currentId;
  }

  /** @throws Error whose message says which entry is wrong and how, and never quotes key material. */
  static parse(secretKeys: string): KeyRing {
    const entries = secretKeys.split(',').map((entry) => entry.trim());
    if (secretKeys.trim() === '') throw new Error(`SECRET_KEYS is missing. ${EXPECTED}.`);
    const keys = new Map<string, Buffer>();
    entries.forEach((entry, index) => {
      const { id, key } = parseEntry(entry, index + 1);
      if (keys.has(id)) throw new Error(`SECRET_KEYS names the key "${id}" twice.`);
      for (const [otherId, other] of keys) {
        if (other.equals(key)) throw new Error(`SECRET_KEYS gives "${otherId}" and "${id}" the same key.`);
      }
      keys.set(id, key);
    });
    const [currentId] = keys.keys();
    if (currentId === undefined) throw new Error(`SECRET_KEYS is missing. ${EXPECTED}.`);
    return new KeyRing(keys, currentId);
  }

  /** A fresh entry for `SECRET_KEYS`, with the id `k1`. */
  static generate(): string {
    return `k1:${randomBytes(KEY_BYTES).toString('base64')}`;
  }

  /** Current first. */
  ids(): string[] {
    return [...this.#keys.keys()];
  }

  /** @returns 32 bytes, the same ones at each call. @throws Error for an id that is not in the ring. */
  derive(keyId: string, purpose: KeyPurpose): Buffer {
    const slot = `${purpose}:${keyId}`;
    const known = this.#derived.get(slot);
    if (known) return known;
    const key = this.#keys.get(keyId);
    if (!key) throw new Error('There is no key of this id in SECRET_KEYS.');
    const subkey = Buffer.from(hkdfSync('sha256', key, '', `countersign/${purpose}/v1`, KEY_BYTES));
    this.#derived.set(slot, subkey);
    return subkey;
  }
}

function parseEntry(entry: string, position: number): { id: string; key: Buffer } {
  const colon = entry.indexOf(':');
  // Without a colon the whole entry may be a key, so it is named by its position alone.
  if (colon < 0) throw new Error(`SECRET_KEYS, entry ${position}: there is no colon. ${EXPECTED}.`);
  const id = entry.slice(0, colon);
  if (!KEY_ID.test(id)) {
    throw new Error(`SECRET_KEYS, entry ${position}: the key id must be 1 to 32 letters, digits, "-" or "_".`);
  }
  const encoded = entry.slice(colon + 1);
  const key = Buffer.from(encoded, 'base64');
  if (!BASE64.test(encoded) || key.toString('base64') !== encoded) {
    throw new Error(`SECRET_KEYS, entry ${position}: the key is not base64. ${EXPECTED}.`);
  }
  if (key.length !== KEY_BYTES) {
    throw new Error(`SECRET_KEYS, entry ${position}: the key has ${key.length} bytes, and ${KEY_BYTES} are needed.`);
  }
  if (looksLikeSample(key)) {
    throw new Error(
      `SECRET_KEYS, entry ${position}: the key is a sample or typed text, not random bytes. ` +
        `Make one with "openssl rand -base64 ${KEY_BYTES}".`,
    );
  }
  return { id, key };
}

/** Each of the three would happen to 32 random bytes less than once in 10^12 times. */
function looksLikeSample(key: Buffer): boolean {
  const bytes = [...key];
  const fewDistinct = new Set(bytes).size <= 12;
  const readable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const steps = new Set(bytes.slice(1).map((byte, i) => (byte - (bytes[i] ?? 0) + 256) % 256));
  return fewDistinct || readable || steps.size <= 2;
}
