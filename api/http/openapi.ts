import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof methods)[number];

/** One operation of a service's OpenAPI file. */
export interface Operation {
  readonly operationId: string;
  readonly method: Method;
  /** As written, such as `/v2/workspaces/{workspaceId}/events`. */
  readonly path: string;
  /** `x-light`: neither body nor query is validated, so the validator is passed by. */
  readonly light: boolean;
  /** `x-rest-of-path`: name of the last parameter, which may hold slashes. */
  readonly restOfPath?: string;
  /** `x-uploads`: takes multipart forms with files. */
  readonly uploads: boolean;
  /** `x-text-body`: takes YAML or plain text as its body. */
  readonly textBody: boolean;
  /** `x-stream-body`: reads the body itself, as it comes. */
  readonly streamBody: boolean;
  /** `x-head`: HEAD is answered as GET is, without the body. */
  readonly head: boolean;
  /** `x-body-limit`, bytes. */
  readonly bodyLimitBytes?: number;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: object;
  readonly paths: { readonly [path: string]: { readonly [key: string]: unknown } };
}

/** The file of a service: the same one from the sources and from what the build made of them. */
export function contractFile(service: string): string {
  const file = join('shared', 'contracts', 'openapi', `${service}.yaml`);
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, file))) return join(folder, file);
    if (folder === dirname(folder)) throw new Error(`cannot happen: ${file} belongs to the repository`);
  }
}

export const readContract = (file: string): OpenApiDocument => parse(readFileSync(file, 'utf8')) as OpenApiDocument;

export const operationsOf = (document: OpenApiDocument): readonly Operation[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method] as { readonly [key: string]: unknown } | undefined;
      return operation ? [toOperation(path, method, operation)] : [];
    }),
  );

function toOperation(path: string, method: Method, operation: { readonly [key: string]: unknown }): Operation {
  const { operationId, 'x-rest-of-path': rest, 'x-body-limit': limit } = operation;
  if (typeof operationId !== 'string') throw new Error(`${method} ${path} has no operationId`);
  return {
    operationId,
    method,
    path,
    light: operation['x-light'] === true,
    uploads: operation['x-uploads'] === true,
    textBody: operation['x-text-body'] === true,
    streamBody: operation['x-stream-body'] === true,
    head: operation['x-head'] === true,
    ...(typeof rest === 'string' && { restOfPath: rest }),
    ...(typeof limit === 'number' && { bodyLimitBytes: limit }),
  };
}

/** `/a/{b}/{c}` in the router's notation: `/a/:b/:c`, or `/a/:b/*c` where `c` takes the rest. */
export const routePattern = ({ path, restOfPath }: Operation): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => (name === restOfPath ? `*${name}` : `:${name}`));
