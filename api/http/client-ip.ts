import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

const privateAddresses = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['0.0.0.0', 8],
] as const) {
  privateAddresses.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::1', 128],
  ['::', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateAddresses.addSubnet(net, prefix, 'ipv6');
}

/**
 * The caller's public address, as events may show it.
 * @param forwarded `x-forwarded-for`, given only where a proxy of ours sets it: the first address counts
 * @returns undefined for private addresses and for what is no address
 */
export function clientIp(remote: string | undefined, forwarded: string | undefined): string | undefined {
  const address = (forwarded?.split(',')[0]?.trim() || remote)?.replace(/^::ffff:(?=\d+\.)/i, '');
  if (address === undefined) return undefined;
  const family = isIP(address);
  if (family === 0) return undefined;
  return privateAddresses.check(address, family === 4 ? 'ipv4' : 'ipv6') ? undefined : address;
}

/** As `clientIp`: what a request says it is forwarded for counts only where a setting trusts it. */
export function callerIp(
  remote: string | undefined,
  headers: IncomingHttpHeaders,
  { trustForwardedFor }: { readonly trustForwardedFor: boolean },
): string | undefined {
  const forwarded = trustForwardedFor ? headers['x-forwarded-for'] : undefined;
  return clientIp(remote, Array.isArray(forwarded) ? forwarded[0] : forwarded);
}
