/** TypeScript types of one OpenAPI file: a type for each schema, and `Operations` with what goes in and comes out. */
import { operationsOf, type OpenApiDocument, type Operation } from '../../../api/http/openapi';

type Node = { readonly [key: string]: unknown };

export function typesOf(service: string, document: OpenApiDocument): string {
  const { components = {} } = document as unknown as { readonly components?: Node };
  const schemas = Object.entries((components['schemas'] ?? {}) as Node);
  return [
    `/** Made by scripts/api-types.mjs from shared/contracts/openapi/${service}.yaml; never edited. */`,
    ...(usesJson(document) ? [`import type { Json } from '../../core/json';`] : []),
    ...schemas.map(([name, schema]) => `${comment(schema)}export type ${name} = ${typeOf(schema as Node)};`),
    `/** By operationId. */\nexport interface Operations {\n${operationsOf(document)
      .map((operation) => operationOf(document, operation))
      .join('\n')}\n}`,
    '',
  ].join('\n\n');
}

const usesJson = (document: OpenApiDocument): boolean => {
  const { components = {} } = document as unknown as { readonly components?: Node };
  const made = [
    ...Object.values((components['schemas'] ?? {}) as Node).map((schema) => typeOf(schema as Node)),
    ...operationsOf(document).map((operation) => operationOf(document, operation)),
  ];
  return made.some((text) => /\bJson\b/.test(text));
};

function operationOf(document: OpenApiDocument, { operationId, method, path }: Operation): string {
  const item = document.paths[path] ?? {};
  const operation = item[method] as Node;
  const parameters = [item['parameters'] ?? [], operation['parameters'] ?? []]
    .flat()
    .map((parameter) => resolved(document, parameter as Node));
  const within = (place: string) => parameters.filter((parameter) => parameter['in'] === place);
  const body = contentOf(resolved(document, (operation['requestBody'] ?? {}) as Node));
  const responses = (operation['responses'] ?? {}) as Node;
  const success = Object.entries(responses).find(([status]) => status.startsWith('2'));
  const reply = success && contentOf(resolved(document, success[1] as Node));
  const parts = [
    `params: ${fieldsOf(within('path'), true)}`,
    `query: ${fieldsOf(within('query'), false)}`,
    ...(body ? [`body: ${typeOf(body)}`] : []),
    ...(reply ? [`reply: ${typeOf(reply)}`] : []),
  ];
  return `${comment({ description: operation['summary'] })}readonly ${operationId}: { ${parts.map((part) => `readonly ${part};`).join(' ')} };`;
}

const fieldsOf = (parameters: readonly Node[], required: boolean): string =>
  parameters.length === 0
    ? 'Record<never, never>'
    : `{ ${parameters
        .map(
          (one) =>
            `${comment(one)}readonly ${key(String(one['name']))}${required || one['required'] ? '' : '?'}: ${typeOf((one['schema'] ?? {}) as Node)};`,
        )
        .join(' ')} }`;

/** Schema of the first content type. */
function contentOf(node: Node): Node | undefined {
  const [content] = Object.values((node['content'] ?? {}) as Node) as Node[];
  return content && ((content['schema'] ?? {}) as Node);
}

function resolved(document: OpenApiDocument, node: Node): Node {
  if (typeof node['$ref'] !== 'string') return node;
  const found = node['$ref']
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((at, name) => (at as Node | undefined)?.[name], document);
  if (typeof found !== 'object' || found === null) throw new Error(`${node['$ref']} leads nowhere`);
  return found as Node;
}

const join = (schemas: unknown, by: string): string =>
  `(${(schemas as readonly Node[]).map((one) => typeOf(one)).join(by)})`;

function typeOf(schema: Node): string {
  const { $ref, type } = schema;
  if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1);
  if (schema['allOf']) return join(schema['allOf'], ' & ');
  if (schema['oneOf'] ?? schema['anyOf']) return join(schema['oneOf'] ?? schema['anyOf'], ' | ');
  const nullable = schema['nullable'] === true ? ' | null' : '';
  if (schema['enum'])
    return (schema['enum'] as readonly unknown[]).map((one) => JSON.stringify(one)).join(' | ') + nullable;
  switch (type) {
    case 'string':
    case 'boolean':
      return type + nullable;
    case 'integer':
    case 'number':
      return `number${nullable}`;
    case 'array':
      return `readonly (${typeOf((schema['items'] ?? {}) as Node)})[]${nullable}`;
    case 'object':
      return objectOf(schema) + nullable;
    default:
      return schema['properties'] ? objectOf(schema) : 'Json';
  }
}

function objectOf(schema: Node): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Node);
  const required = (schema['required'] ?? []) as readonly string[];
  const others = schema['additionalProperties'];
  if (properties.length === 0) {
    const values = typeof others === 'object' && others !== null ? typeOf(others as Node) : 'Json';
    return `{ readonly [name: string]: ${values} }`;
  }
  const fields = properties.map(
    ([name, property]) =>
      `${comment(property)}readonly ${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(property as Node)};`,
  );
  return `{ ${fields.join(' ')} }`;
}

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

const comment = (node: unknown): string => {
  const { description } = (node ?? {}) as Node;
  return typeof description === 'string'
    ? `\n/** ${description
        .trim()
        .replaceAll('*/', '* /')
        .replace(/\s*\n\s*/g, ' ')} */\n`
    : '';
};
