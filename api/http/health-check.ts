import type { HealthCheck } from './system-routes';

/**
 * Asks all parts at once. One that throws, or does not answer in time, is not ready.
 * @param parts  name -> is it ready to serve?
 */
export const createHealthCheck =
  (parts: { readonly [name: string]: () => boolean | Promise<boolean> }, timeoutMs = 2000): HealthCheck =>
  async () => {
    const asked = Object.entries(parts).map(async ([name, ready]) => ((await inTime(ready, timeoutMs)) ? null : name));
    return (await Promise.all(asked)).filter((name) => name !== null);
  };

async function inTime(ready: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false);
  });
  try {
    return await Promise.race([Promise.resolve().then(ready), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
