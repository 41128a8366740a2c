import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { fail } from '../../shared/core/errors/errors';

/** Addresses that are nobody's on the public internet (RFC 6890 and successors). */
const notPublic = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv6');

/** IPv4 in IPv6 clothes is judged as IPv4. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return notPublic.check(mapped, 'ipv4');
  const family = isIP(address);
  return family === 0 ? false : notPublic.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

const refusal = (host: string): Error =>
  fail('FetchError', `request to ${host} refused: not a public address (FETCH_PRIVATE_ADDRESSES=allow permits it)`, {
    host,
  });

/** A host that is an address itself is never looked up. @throws FetchError */
export function refusePrivateLiteral(hostname: string): void {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && isPrivateAddress(bare)) throw refusal(bare);
}

type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Resolves as usual, and refuses when any address of the name is private: also on redirects, which resolve anew. */
export function guardedLookup(hostname: string, options: LookupOptions, callback: Callback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const [first] = addresses;
    if (!first || addresses.some(({ address }) => isPrivateAddress(address))) return callback(refusal(hostname), '');
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
}
