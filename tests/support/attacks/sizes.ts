import { hook, badRequest, type Attack } from './attack';

/** Sizes and shapes. */
export const sizes: readonly Attack[] = [
  {
    name: 'a login of 100 kB',
    run: ({ server }) => server.ask('/v2/login', { body: { email: 'a'.repeat(100_000), password: 'x' } }),
    expect: { status: 413, error: 'PayloadTooLarge' },
  },
  {
    name: 'a password of 10 kB, that would take long to hash',
    run: ({ server }) => server.logIn('ada@example.org', 'x'.repeat(10_000)),
    expect: badRequest,
  },
  {
    name: 'a body that says to be larger than the gateway takes',
    run: ({ server }) =>
      server.raw(`POST ${hook} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\nx`),
    expect: { status: 413, error: 'PayloadTooLarge' },
  },
  {
    name: 'a chunked body of 2 MB for a login',
    run: ({ server }) =>
      server.raw([
        'POST /v2/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
        ...Array.from({ length: 32 }, () => `10000\r\n${'x'.repeat(65_536)}\r\n`),
        '0\r\n\r\n',
      ]),
    expect: { status: 413, error: 'PayloadTooLarge' },
  },
  {
    name: 'headers of 100 kB',
    run: ({ server }) => server.raw(`GET ${hook} HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(100_000)}\r\n\r\n`),
    byParser: true,
    expect: { status: 431 },
  },
  {
    name: 'malformed JSON',
    run: ({ server }) => server.ask('/v2/login', { body: '{"email":' }),
    expect: badRequest,
  },
  {
    name: 'JSON nested 10,000 deep',
    run: ({ server }) => server.ask('/v2/login', { body: `${'['.repeat(7_000)}${']'.repeat(7_000)}` }),
    expect: badRequest,
  },
];
