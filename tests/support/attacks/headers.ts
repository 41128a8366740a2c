import { hook, badRequest, TRUSTED, type Attack } from './attack';

/** Headers that only the platform may write. */
export const headers: readonly Attack[] = [
  ...TRUSTED.map((name): Attack => ({
    name: `a forged x-prismeai-${name} over HTTP`,
    run: ({ server }) => server.ask(hook, { headers: { [`x-prismeai-${name}`]: 'forged-value' } }),
    expect: { status: 200 },
    unseen: /forged-value/,
  })),
  {
    name: 'forged headers in capitals and twice',
    run: ({ server }) =>
      server.raw(
        `GET ${hook} HTTP/1.1\r\nHost: x\r\nX-PrismeAI-User-Id: forged-value\r\nX-PRISMEAI-USER-ID: forged-value\r\nConnection: close\r\n\r\n`,
      ),
    expect: { status: 200 },
    unseen: /forged-value/,
  },
  {
    name: 'forged headers over a websocket',
    run: ({ server }) =>
      server.raw(
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Prismeai-User-Id: forged-value\r\nX-Prismeai-Role: forged-value\r\nX-Prismeai-Session-Id: forged-value\r\n\r\n`,
      ),
    expect: { status: 101 },
    unseen: /forged-value/,
  },
  {
    name: 'forged headers in the trailer of a chunked body',
    run: ({ server }) =>
      server.raw(
        `POST ${hook} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: x-prismeai-user-id\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\nx-prismeai-user-id: forged-value\r\n\r\n`,
      ),
    expect: { status: 200 },
    unseen: /"x-prismeai-user-id":"forged-value"/,
  },
  {
    name: 'a forged role with a real session',
    run: ({ server, eve }) =>
      server.ask('/v2/contacts', { token: eve.token, body: {}, headers: { 'x-prismeai-role': 'superadmin' } }),
    expect: badRequest,
  },
  {
    name: 'a forged address in x-forwarded-for, before the real one',
    run: ({ server }) => server.ask(hook, { headers: { 'x-forwarded-for': '198.51.100.66, 203.0.113.7' } }),
    expect: { status: 200 },
    unseen: /198\.51\.100\.66/,
  },
  {
    name: 'a correlation id that breaks lines of logs',
    run: ({ server }) => server.ask(hook, { headers: { 'x-correlation-id': 'forged-value {"level":"error"}' } }),
    expect: { status: 200 },
    unseen: /forged-value/,
  },
];
