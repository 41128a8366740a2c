import type { Event } from '../../shared/core/events/event';

/** Of any of the routes; a test looks at what its route answers. */
export interface Answer {
  readonly result: { readonly events: readonly Event[]; readonly cursor: string };
  readonly documents: readonly Event[];
  readonly size: number;
  readonly aggs: { readonly [name: string]: { readonly value: number; readonly buckets: readonly object[] } };
  readonly searchAfter: readonly unknown[];
  readonly error: string;
  readonly message: string;
  readonly details: { readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** @returns how to ask below `/v2/workspaces/`; with a body it is a POST */
export const askEvents =
  (url: string) =>
  async (path: string, token?: string, body?: unknown): Promise<{ status: number; body: Answer }> => {
    const response = await fetch(`${url}/v2/workspaces/${path}`, {
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  };
