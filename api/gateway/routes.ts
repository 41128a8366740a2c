import type { EndpointConfig, GatewayConfig, PolicyConfig, PolicyMatch } from './config/gateway-config';
import { compilePath, type PathMatcher } from './compile-path';
import { headerOf, type GatewayExchange } from './exchange';
import { policies } from './policies/all';
import { flagOf, type Policy, type PolicyParts } from './policies/policy';

/** One endpoint of one pipeline. */
export interface Route {
  /** Serves websockets too. Others take no part in an upgrade. */
  readonly websockets: boolean;
  /** Parameters of the path; null = not for this one. */
  match(exchange: GatewayExchange): { readonly [name: string]: string } | null;
  readonly policies: readonly { applies(exchange: GatewayExchange): boolean; readonly run: Policy }[];
}

/** Pipelines in the order of the file, and the endpoints of each in theirs. @throws Error that lists all problems */
export function compileRoutes({ pipelines, endpoints }: GatewayConfig, parts: PolicyParts): readonly Route[] {
  const problems: string[] = [];
  const routes = pipelines.flatMap(({ name, endpoints: used, policies: steps }) => {
    const compiled = steps.flatMap((step) => {
      try {
        return [{ applies: appliesTo(step.match), run: create(step, parts) }];
      } catch (error) {
        problems.push(
          `pipeline ${name}, policy ${step.name}: ${error instanceof Error ? error.message : String(error)}`,
        );
        return [];
      }
    });
    const websockets = steps.some(
      ({ name: policy, params }) => policy === 'proxy' && flagOf(params, 'websockets', false),
    );
    return used.map((endpoint): Route => {
      const found = endpoints[endpoint];
      return { websockets, match: found ? matchEndpoint(found) : () => null, policies: compiled };
    });
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return routes;
}

function create({ name, params }: PolicyConfig, parts: PolicyParts): Policy {
  const factory = policies[name];
  if (!factory) throw new Error('cannot happen: names of policies are checked before');
  return factory(params, parts);
}

function matchEndpoint({ paths, pathRegexp, methods, hosts }: EndpointConfig): Route['match'] {
  const matchers = paths.map(compilePath);
  return ({ method, path, request }) => {
    if (methods && !methods.includes(method)) return null;
    if (hosts) {
      const hostname = (headerOf(request, 'host') ?? '').replace(/:\d+$/, '');
      if (!hosts.some((host) => host.test(hostname))) return null;
    }
    return firstMatch(matchers, path) ?? (pathRegexp?.test(path) ? {} : null);
  };
}

function firstMatch(matchers: readonly PathMatcher[], path: string): { readonly [name: string]: string } | null {
  for (const matcher of matchers) {
    const params = matcher(path);
    if (params) return params;
  }
  return null;
}

function appliesTo(match: PolicyMatch | undefined): (exchange: GatewayExchange) => boolean {
  if (!match) return () => true;
  const matchers = match.paths?.map(compilePath);
  const wanted = Object.entries(match.query ?? {});
  return ({ method, path, search }) => {
    if (match.methods && !match.methods.includes(method)) return false;
    if (matchers && !firstMatch(matchers, path)) return false;
    if (wanted.length === 0) return true;
    const given = new URLSearchParams(search);
    return wanted.every(([name, present]) => given.has(name) === present);
  };
}
