import type { OpenApiDocument } from '../http/openapi';

type Node = { readonly [key: string]: unknown };

/** One document of all services: what validates requests is what is shown. Components keep apart by their service's name. */
export function mergeContracts(contracts: { readonly [service: string]: OpenApiDocument }): OpenApiDocument {
  const paths: { [path: string]: Node } = {};
  const components: { [kind: string]: { [name: string]: unknown } } = {};
  for (const [service, document] of Object.entries(contracts)) {
    const named = JSON.parse(
      JSON.stringify(document).replace(/"#\/components\/(\w+)\/([\w.-]+)"/g, `"#/components/$1/${service}.$2"`),
    ) as OpenApiDocument & { readonly components?: { readonly [kind: string]: Node } };
    for (const [path, item] of Object.entries(named.paths)) paths[path] = { ...paths[path], ...tagged(item, service) };
    for (const [kind, entries] of Object.entries(named.components ?? {})) {
      components[kind] ??= {};
      for (const [name, entry] of Object.entries(entries)) components[kind][`${service}.${name}`] = entry;
    }
  }
  return { openapi: '3.0.3', info: { title: 'Ostinato', version: '2' }, paths, components } as OpenApiDocument;
}

/** Tools show operations by their tags. */
const tagged = (item: Node, service: string): Node =>
  Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null && 'operationId' in value ? { tags: [service], ...value } : value,
    ]),
  );
