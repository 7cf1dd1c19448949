/**
 * Wrong passwords are counted apart from wrong factors, by login name at an address, by login name, and by address.
 * A stranger can use up the first for their own address at once; the second, which the owner shares, only slows
 * everyone to a steady trickle and is never a lock for good (ASVS 5.0 6.1.1).
 */
export interface ThrottleScope {
  scope: 'name-at-address' | 'name' | 'address';
  /** Wrong passwords in a window. */
  limit: number;
  /** Seconds, from the first one. */
  windowSeconds: number;
}

export const THROTTLES: readonly ThrottleScope[] = [
  { scope: 'name-at-address', limit: 10, windowSeconds: 900 },
  { scope: 'name', limit: 50, windowSeconds: 900 },
  { scope: 'address', limit: 300, windowSeconds: 900 },
];

/** What is counted under which key. No name and no address is kept: the store keeps digests. */
export function throttleValue(scope: ThrottleScope['scope'], email: string, ip: string | null): string {
  if (scope === 'name') return `name:${email}`;
  if (scope === 'address') return `address:${ip ?? 'none'}`;
  return `name-at-address:${email}\n${ip ?? 'none'}`;
}
