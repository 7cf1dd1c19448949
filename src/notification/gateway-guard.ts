import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Keeps an administrator's gateway URL from reaching inside the network (server-side request forgery, CWE-918). The
 * operator's list of hosts, SMS_GATEWAY_HOSTS, decides: where it names any, only those can be reached; where it is
 * empty, any public one. An address that is not public has to be named, itself or by its host name.
 */

/** IANA's registries of special-purpose addresses: none of these is a public server. */
const NOT_PUBLIC = blockList(
  ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ['192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  // The last four carry an IPv4 address inside: NAT64 (twice), Teredo with all of 2001::/23, and 6to4.
  ['::/96', '100::/64', 'fc00::/7', 'fec0::/10', 'ff00::/8', '2001:db8::/32', '64:ff9b::/96', '64:ff9b:1::/48'],
  ['2001::/23', '2002::/16'],
);
/** Where clouds keep their metadata service: never by a host name, whose DNS entry may be somebody else's. */
const LINK_LOCAL = blockList(['169.254.0.0/16', 'fe80::/10']);

function blockList(...groups: string[][]): BlockList {
  const list = new BlockList();
  for (const range of groups.flat()) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** An IPv4 address written as IPv6 (::ffff:127.0.0.1) is looked up as the IPv4 address that it is. */
function contains(list: BlockList, address: string): boolean {
  const [withoutZone = ''] = address.split('%');
  return list.check(withoutZone, isIP(withoutZone) === 6 ? 'ipv6' : 'ipv4');
}

/** Host names as the list and URLs write them, made comparable. */
const plainHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

/** An entry of the list is a host or an address, with or without a port. */
function isNamed(url: URL, named: readonly string[]): boolean {
  const host = plainHost(url.hostname);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return named.some((entry) => plainHost(entry) === host || entry === `${url.hostname}:${port}`);
}

/** Null when `address`, to which the name of `url` leads, may be connected to; else a sentence. */
export function addressProblem(address: string, url: URL, named: readonly string[]): string | null {
  if (named.some((entry) => plainHost(entry) === address)) return null;
  const byAddress = isIP(plainHost(url.hostname)) !== 0;
  if (contains(LINK_LOCAL, address)) {
    return byAddress && isNamed(url, named) ? null : 'The gateway leads to a link-local address.';
  }
  if (contains(NOT_PUBLIC, address) && !isNamed(url, named)) {
    return 'The gateway leads to an address that is not public and not named in SMS_GATEWAY_HOSTS.';
  }
  return null;
}

/** What is wrong with a gateway URL as far as it can be seen without asking the DNS; null when nothing is. */
export function gatewayProblem(text: string, named: readonly string[]): string | null {
  if (!URL.canParse(text)) return 'The gateway URL cannot be read.';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'The gateway URL must begin with https:// or http://.';
  if (url.username !== '' || url.password !== '') return 'The gateway URL must not hold a user name or password.';
  if (url.hash !== '') return 'The gateway URL must not have a fragment.';
  if (named.length > 0 && !isNamed(url, named)) return 'The host of the gateway is not named in SMS_GATEWAY_HOSTS.';
  const host = plainHost(url.hostname);
  // The URL parser has turned 0x7f.1, 2130706433 and the like into plain addresses by now.
  return isIP(host) === 0 ? null : addressProblem(host, url, named);
}

type Resolver = (
  host: string,
  options: { all: true; family?: number },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A name that leads where it must not. `gateway` is fit to be shown. */
export class GatewayRefusedError extends Error {
  constructor(readonly gateway: string) {
    super(gateway);
    this.name = 'GatewayRefusedError';
  }
}

/**
 * Resolves the name at the moment of connecting and checks what it leads to: the address checked is the one connected
 * to, so a name that answers differently the second time (DNS rebinding) gains nothing.
 */
export function guardedLookup(url: URL, named: readonly string[], resolve: Resolver = systemLookup): LookupFunction {
  return (host, options, done) => {
    const family = options.family === 4 || options.family === 6 ? { family: options.family } : {};
    resolve(host, { all: true, ...family }, (error, addresses) => {
      const [first] = error ? [] : addresses;
      if (!first) return done(error ?? new Error('The name has no address.'), '', 0);
      const problem = addresses
        .map(({ address }) => addressProblem(address, url, named))
        .find((found) => found !== null);
      if (problem !== undefined) return done(new GatewayRefusedError(problem), '', 0);
      if (options.all === true) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };
}
