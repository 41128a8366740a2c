import { clientAddress, trustedProxies } from './client-address';

const isProxy = trustedProxies('loopback, 10.0.0.0/8,192.0.2.1, 2001:db8::/32', 'X');

it.each([
  ['nobody in between', '203.0.113.1', undefined, '203.0.113.1'],
  ['a proxy of ours', '127.0.0.1', '203.0.113.1', '203.0.113.1'],
  ['two of ours', '127.0.0.1', '203.0.113.1, 10.1.2.3', '203.0.113.1'],
  ['what a client wrote before', '127.0.0.1', '198.51.100.1, 203.0.113.1', '203.0.113.1'],
  ['what a stranger wrote', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['no address in the list', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['an address in the form of IPv6', '::ffff:10.0.0.1', '203.0.113.1', '203.0.113.1'],
  ['nothing', undefined, undefined, ''],
])('%s', (_, remote, forwarded, address) => {
  expect(clientAddress(remote, forwarded, isProxy)).toBe(address);
});

it('refuses what is no address', () => {
  expect(() => trustedProxies('10.0.0.0/99', 'X')).toThrow(expect.objectContaining({ code: 'ConfigurationError' }));
  expect(() => trustedProxies('proxy.example.org', 'X')).toThrow('X: proxy.example.org');
});
