/**
 * Wrong passwords are counted apart from wrong factors, by login name at an address, by login name, and by address.
 * A stranger can use up the first for their own address at once; the second, which the owner shares, does not hold for an
 * address at which the owner has signed in before, so that nobody can lock an owner out for good (ASVS 5.0 6.1.1).
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

/** An address at which this person signed in within this time is theirs: strangers' tries do not slow it. */
export const KNOWN_ADDRESS_SECONDS = 30 * 24 * 3_600;

/** The count that strangers share with the owner does not hold for an address that is known to be the owner's. */
export const throttlesFor = (knownAddress: boolean): readonly ThrottleScope[] =>
  knownAddress ? THROTTLES.filter(({ scope }) => scope !== 'name') : THROTTLES;

/** What is counted under which key. No name and no address is kept: the store keeps digests. */
export function throttleValue(scope: ThrottleScope['scope'], email: string, ip: string | null): string {
  if (scope === 'name') return `name:${email}`;
  const network = ip === null ? 'none' : networkOf(ip);
  if (scope === 'address') return `address:${network}`;
  return `name-at-address:${email}\n${network}`;
}

const IPV6_GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * Whom an address stands for. Every customer of an IPv6 provider has a network of 2^64 addresses (RFC 6177), so that
 * counts by single addresses would begin anew with each guess; an IPv4 address in IPv6 notation is itself.
 */
export function networkOf(ip: string): string {
  const address = ip.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!/^[0-9a-f]*:[0-9a-f:.]*$/.test(address)) return address;
  const [before = [], after = []] = address.split('::').map(groupsOf);
  const zeros = Array.from({ length: IPV6_GROUPS - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** Without leading zeros, so that two ways of writing one address are one. */
const groupsOf = (text: string): string[] =>
  text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
