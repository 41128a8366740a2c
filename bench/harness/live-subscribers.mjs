/**
 * Child process: so many websockets that note how long each event was under way. Told what to do over IPC:
 * `{open: {url, auth, count, distinct}}` -> `{opened}`, `{reset}` -> `{ok}`, `{report}` -> `{received, delays}`.
 */
import { io } from 'socket.io-client';

const now = () => performance.timeOrigin + performance.now();
let sockets = [];
let received = 0;
let delays = [];

const commands = {
  async open({ url, auth, count, distinct }) {
    for (const socket of sockets) socket.disconnect();
    sockets = [];
    // A few at a time: a thousand handshakes at once measure something else.
    while (sockets.length < count) {
      const some = Array.from({ length: Math.min(50, count - sockets.length) }, (_, n) =>
        opened(url, distinct ? { ...auth, filters: { payloadQuery: { 'payload.id': sockets.length + n } } } : auth),
      );
      sockets.push(...(await Promise.all(some)));
    }
    return { opened: sockets.length };
  },
  async reset() {
    received = 0;
    delays = [];
    return { ok: true };
  },
  report: async () => ({ received, delays: percentiles(delays) }),
};

function opened(url, auth) {
  const socket = io(url, { transports: ['websocket'], forceNew: true, auth });
  socket.on('tick', ({ payload }) => {
    received++;
    delays.push(now() - payload.sentAt);
  });
  return new Promise((resolve, reject) => {
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', reject);
  });
}

function percentiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  return { p50: at(0.5), p99: at(0.99) };
}

process.on('message', async ({ id, name, body }) => {
  const answer = await commands[name](body).catch((error) => ({ error: String(error) }));
  process.send({ id, answer });
});
process.on('disconnect', () => process.exit(0));
