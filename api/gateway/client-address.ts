import { BlockList, isIP } from 'node:net';
import { fail } from '../../shared/core/errors/errors';

/** Proxies of ours: what they say of the client is believed. */
export type TrustedProxies = (address: string) => boolean;

const plain = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.)/i, '');

/**
 * @param list  addresses and networks such as `10.0.0.0/8`, separated by commas; `loopback` = this machine
 * @throws ConfigurationError for what is none
 */
export function trustedProxies(list: string, setting: string): TrustedProxies {
  const known = new BlockList();
  for (const entry of list.split(',').map((one) => one.trim())) {
    if (entry === '') continue;
    if (entry === 'loopback') {
      known.addSubnet('127.0.0.0', 8, 'ipv4');
      known.addAddress('::1', 'ipv6');
      continue;
    }
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const bits = prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix);
    if (isIP(address) === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 'ipv6' ? 128 : 32))
      throw fail('ConfigurationError', `${setting}: ${entry} is no address and no network`, { setting, value: entry });
    known.addSubnet(address, bits, family);
  }
  if (known.rules.length === 0) return () => false;
  return (address) => {
    const family = isIP(plain(address));
    return family !== 0 && known.check(plain(address), family === 6 ? 'ipv6' : 'ipv4');
  };
}

/** The client: the last address in the chain that is no proxy of ours. What stands before it, anybody could have written. */
export function clientAddress(
  remote: string | undefined,
  forwarded: string | undefined,
  isProxy: TrustedProxies,
): string {
  if (forwarded === undefined) return plain(remote ?? '');
  const chain = [...forwarded.split(',').map(plain).filter(Boolean), plain(remote ?? '')];
  for (let last = chain.length - 1; last > 0; last--) {
    const address = chain[last] ?? '';
    if (!isProxy(address) || isIP(chain[last - 1] ?? '') === 0) return address;
  }
  return chain[0] ?? '';
}
