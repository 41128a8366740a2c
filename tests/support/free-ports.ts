import { createServer, type AddressInfo } from 'node:net';

/** Ports on loopback that nobody has at this moment; all of them held until the last is known. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    held.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
