import { basename } from 'node:path';
import type { Json } from '../../shared/core/json';
import { readContract } from '../http/openapi';
import type { SystemRoute } from '../http/system-routes';
import { mergeContracts } from './merge-contracts';
import { PAGE_POLICY, referencePage } from './reference-page';

/**
 * The API's reference: a page for people and a document for tools, made once, when somebody asks.
 * @param services  with their contracts: the very files that requests are validated by
 */
export function referenceRoutes(services: readonly { readonly contract: string }[]): readonly SystemRoute[] {
  const contracts = once(() =>
    Object.fromEntries(services.map(({ contract }) => [basename(contract, '.yaml'), readContract(contract)])),
  );
  const page = once(() => referencePage(contracts()));
  const merged = once(() => mergeContracts(contracts()) as unknown as Json);
  return [
    {
      path: '/docs/api',
      answer: async () => ({
        headers: { 'content-security-policy': PAGE_POLICY },
        text: { type: 'text/html; charset=utf-8', content: page() },
      }),
    },
    { path: '/v2/openapi.json', answer: async () => ({ body: merged() }) },
  ];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
