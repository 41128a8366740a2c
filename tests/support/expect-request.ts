import { eventually } from './eventually';
import type { RequestStep } from './expectations';
import type { StubServer } from './stub-server';

/** @throws jest's error unless the stub server was asked this, so often */
export async function expectRequest(step: RequestStep, stub: StubServer | null): Promise<void> {
  const { method, path, query, headers, absent, same, body, count, hungUp } = step;
  const asked = (stub?.requests ?? []).filter((request) => request.method === method && request.path === path);
  expect(asked).toHaveLength(count);
  for (const request of asked) {
    expect(request).toMatchObject({
      headers,
      ...(query !== undefined && { query }),
      ...(body !== undefined && { body }),
    });
    expect(Object.keys(request.headers).filter((name) => absent.includes(name))).toEqual([]);
    if (hungUp) await eventually(`the caller of ${method} ${path} has hung up`, async () => request.hungUp);
  }
  const valuesOf = (name: string) => [...new Set(asked.map((request) => request.headers[name]))];
  for (const name of same) expect({ name, values: valuesOf(name) }).toEqual({ name, values: [expect.any(String)] });
}
