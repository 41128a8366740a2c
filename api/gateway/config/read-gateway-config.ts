import { parseDocument } from 'yaml';
import { isObject, type JsonObject } from '../../../shared/core/json';
import { policies as allPolicies } from '../policies/all';
import type { EndpointConfig, GatewayConfig, PipelineConfig, PolicyConfig, PolicyMatch } from './gateway-config';

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined || value === null ? [] : [String(value)];

/** `${NAME:-default}` from the environment, anywhere in the text; what has neither value nor default stays. */
export const expandVariables = (text: string, env: { readonly [name: string]: string | undefined }): string =>
  text.replace(/\$\{(\w+)(?::-([^}]*))?\}/g, (whole, name: string, standard: string | undefined) => {
    const value = env[name];
    return value !== undefined && value !== '' ? value : (standard ?? whole);
  });

/** @returns the configuration, or everything that is wrong with it */
export function readGatewayConfig(
  text: string,
): { readonly config: GatewayConfig } | { readonly errors: readonly string[] } {
  const document = parseDocument(text);
  if (document.errors.length > 0) return { errors: document.errors.map(({ message }) => message) };
  const errors: string[] = [];
  const root: unknown = document.toJS();
  const part = (name: string): unknown => {
    const value = isObject(root) ? root[name] : undefined;
    if (value === undefined || value === null) errors.push(`${name} are missing`);
    return value;
  };
  const endpoints = Object.fromEntries(
    Object.entries(fieldsOf(part('endpoints'), 'endpoints', errors)).map(([name, given]) => [
      name,
      endpoint(name, given, errors),
    ]),
  );
  const services = Object.fromEntries(
    Object.entries(fieldsOf(part('services'), 'services', errors)).map(([name, given]) => {
      const url = isObject(given) && typeof given['url'] === 'string' ? given['url'] : '';
      if (url === '') errors.push(`service ${name} has no url`);
      return [name, { url }];
    }),
  );
  const found = part('pipelines');
  if (found !== undefined && !Array.isArray(found)) errors.push('pipelines must be a list');
  const pipelines = (Array.isArray(found) ? found : []).map((given: unknown, n) => pipeline(given, n, errors));
  checkUse({ endpoints, services, pipelines }, errors);
  return errors.length > 0 ? { errors } : { config: { endpoints, services, pipelines } };
}

function fieldsOf(value: unknown, name: string, errors: string[]): JsonObject {
  if (isObject(value)) return value;
  if (value !== undefined && value !== null) errors.push(`${name} must be an object`);
  return {};
}

function endpoint(name: string, given: unknown, errors: string[]): EndpointConfig {
  const { path, paths, pathRegexp, methods, hosts } = isObject(given) ? given : {};
  const all = [...texts(path), ...texts(paths)];
  if (all.length === 0 && pathRegexp === undefined)
    errors.push(`endpoint ${name} has none of path, paths and pathRegexp`);
  const compile = (source: unknown): RegExp => regexp(String(source), `endpoint ${name}`, errors);
  return {
    paths: all,
    ...(pathRegexp !== undefined && { pathRegexp: compile(pathRegexp) }),
    ...(methods !== undefined && { methods: texts(methods).map((method) => method.toUpperCase()) }),
    ...(hosts !== undefined && { hosts: texts(hosts).map(compile) }),
  };
}

function regexp(source: string, where: string, errors: string[]): RegExp {
  try {
    return new RegExp(source);
  } catch {
    errors.push(`${where}: ${source} is no regular expression`);
    return /(?!)/;
  }
}

function pipeline(given: unknown, index: number, errors: string[]): PipelineConfig {
  const fields = isObject(given) ? given : {};
  const name = typeof fields['name'] === 'string' ? fields['name'] : `number ${index + 1}`;
  const policies = Array.isArray(fields['policies']) ? (fields['policies'] as readonly unknown[]) : [];
  if (policies.length === 0) errors.push(`pipeline ${name} has no policies`);
  return {
    name,
    endpoints: texts(fields['endpoints']),
    policies: policies.flatMap((one) => policy(one, name, errors)),
  };
}

function policy(given: unknown, pipelineName: string, errors: string[]): readonly PolicyConfig[] {
  const { match, ...named } = isObject(given) ? given : {};
  const [entry, ...others] = Object.entries(named);
  if (entry === undefined || others.length > 0) {
    errors.push(
      `pipeline ${pipelineName}: a policy names exactly one of ${Object.keys(allPolicies).join(', ')}, and maybe match`,
    );
    return [];
  }
  const [name, params] = entry;
  if (!Object.hasOwn(allPolicies, name)) {
    errors.push(`pipeline ${pipelineName}: there is no policy ${name}`);
    return [];
  }
  return [{ name, params: isObject(params) ? params : {}, ...(isObject(match) && { match: matchOf(match) }) }];
}

const matchOf = ({ paths, methods, query }: JsonObject): PolicyMatch => ({
  ...(paths !== undefined && { paths: texts(paths) }),
  ...(methods !== undefined && { methods: texts(methods).map((method) => method.toUpperCase()) }),
  ...(isObject(query) && { query: query as { readonly [name: string]: boolean } }),
});

/** Name of the service that a policy needs. */
const serviceOf = ({ name, params }: PolicyConfig): string | undefined =>
  name === 'proxy' ? String(params['service'] ?? '') : undefined;

/** What one part says of another. */
function checkUse({ endpoints, services, pipelines }: GatewayConfig, errors: string[]): void {
  const usedBy = new Map<string, string>();
  for (const { name, endpoints: used, policies } of pipelines) {
    for (const endpointName of used) {
      const other = usedBy.get(endpointName);
      if (!Object.hasOwn(endpoints, endpointName))
        errors.push(`pipeline ${name}: there is no endpoint ${endpointName}`);
      else if (other !== undefined) errors.push(`endpoint ${endpointName} is in the pipelines ${other} and ${name}`);
      usedBy.set(endpointName, name);
    }
    for (const one of policies) {
      const service = serviceOf(one);
      if (service !== undefined && !Object.hasOwn(services, service))
        errors.push(`pipeline ${name}: there is no service ${service === '' ? '(none is named)' : service}`);
    }
  }
}
