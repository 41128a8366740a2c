import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { operationsOf, type OpenApiDocument, type Operation } from '../http/openapi';

type Node = { readonly [key: string]: unknown };

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
nav ul { columns: 2; padding-left: 1rem; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; margin: 1rem 0; }
h3 { font-size: 1rem; margin: .25rem 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .25rem .5rem; border-top: 1px solid var(--line); }
pre { overflow-x: auto; font-size: .85rem; background: color-mix(in srgb, currentColor 6%, transparent); padding: .5rem; }
`;

/** Nothing on the page is loaded or run: it is one text, and this policy holds the browser to it. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

/** Every operation of every service on one page, made from the files that validate requests. */
export function referencePage(contracts: { readonly [service: string]: OpenApiDocument }): string {
  const services = Object.entries(contracts);
  const contents = services.flatMap(([, document]) =>
    operationsOf(document).map(
      ({ operationId, method, path }) =>
        `<li><a href="#${text(operationId)}">${method.toUpperCase()} ${text(path)}</a></li>`,
    ),
  );
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ostinato: API reference</title>`,
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>`,
    `<h1>API reference</h1><p>As a document for tools: <a href="/v2/openapi.json">/v2/openapi.json</a></p>`,
    `<nav><ul>${contents.join('')}</ul></nav>`,
    ...services.map(([service, document]) => serviceSection(service, document)),
    `</body></html>`,
  ].join('\n');
}

function serviceSection(service: string, document: OpenApiDocument): string {
  const { title, description } = document.info as { readonly title?: string; readonly description?: string };
  const schemas = Object.entries(componentsOf(document)['schemas'] ?? {});
  return [
    `<section><h2 id="${text(service)}">${text(title ?? service)}</h2>${paragraph(description)}`,
    ...operationsOf(document).map((operation) => article(service, document, operation)),
    ...schemas.map(
      ([name, schema]) =>
        `<article id="${text(`${service}.${name}`)}"><h3>${text(name)}</h3>${shape(service, schema)}</article>`,
    ),
    `</section>`,
  ].join('\n');
}

function article(service: string, document: OpenApiDocument, { operationId, method, path }: Operation): string {
  const item = document.paths[path] ?? {};
  const operation = item[method] as Node;
  const parameters = [item['parameters'] ?? [], operation['parameters'] ?? []]
    .flat()
    .map((one) => resolved(document, one as Node));
  const body = operation['requestBody'] as Node | undefined;
  return [
    `<article id="${text(operationId)}"><h3><code>${method.toUpperCase()} ${text(path)}</code></h3>`,
    `<p><strong>${inline(operation['summary'])}</strong> <code>${text(operationId)}</code></p>`,
    paragraph(operation['description']),
    parameters.length === 0 ? '' : `<table><tbody>${parameters.map(parameterRow).join('')}</tbody></table>`,
    body ? `<h4>Body</h4>${contents(service, resolved(document, body))}` : '',
    ...Object.entries((operation['responses'] ?? {}) as Node).map(([status, response]) => {
      const found = resolved(document, response as Node);
      return `<h4>${text(status)}: ${inline(found['description'])}</h4>${contents(service, found)}`;
    }),
    `</article>`,
  ].join('\n');
}

const parameterRow = (parameter: Node): string =>
  `<tr><td><code>${text(parameter['name'])}</code></td><td>${text(parameter['in'])}${parameter['required'] ? ', required' : ''}</td>` +
  `<td>${inline(parameter['description'])} <code>${text(JSON.stringify(parameter['schema'] ?? {}))}</code></td></tr>`;

const contents = (service: string, { content = {} }: { readonly content?: unknown }): string =>
  Object.entries(content as Node)
    .map(([type, media]) => `<p>${text(type)}</p>${shape(service, (media as Node)['schema'] ?? {})}`)
    .join('');

/** A schema as YAML; what it refers to is a link. */
const shape = (service: string, schema: unknown): string =>
  `<pre>${text(stringify(schema)).replace(
    /#\/components\/schemas\/([\w.-]+)/g,
    (_, name: string) => `<a href="#${service}.${name}">${name}</a>`,
  )}</pre>`;

const componentsOf = (document: OpenApiDocument): { readonly [kind: string]: Node } =>
  (document as unknown as { readonly components?: { readonly [kind: string]: Node } }).components ?? {};

function resolved(document: OpenApiDocument, node: Node): Node {
  const [, kind = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(String(node['$ref'] ?? '')) ?? [];
  return kind === '' ? node : ((componentsOf(document)[kind]?.[name] ?? {}) as Node);
}

const paragraph = (given: unknown): string => (given === undefined ? '' : `<p>${inline(given)}</p>`);

/** Text with its `code`. */
const inline = (given: unknown): string => text(given).replace(/`([^`]+)`/g, '<code>$1</code>');

const escapes: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (given: unknown): string =>
  String(given ?? '').replace(/[&<>"]/g, (character) => escapes[character] ?? character);
