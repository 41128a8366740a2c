/** The identity service's application, shared by the servers of a test file: making it takes longer than most tests. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestListener } from 'node:http';
import type { Handler, Handlers } from '../../api/http/contract';
import type { HeaderNames } from '../../api/http/caller-headers';
import { createApp, type AppDependencies } from '../../api/http/create-app';
import { contractFile } from '../../api/http/openapi';
import { defaultHttpSettings } from '../../api/http/settings';
import { fakeRoles } from '../../shared/testing/fakes/access';

/** What each server has of its own. */
export interface IdentityParts extends Pick<AppDependencies, 'log' | 'metrics'> {
  readonly handlers: Handlers;
  readonly names: HeaderNames;
}

const serving = new AsyncLocalStorage<IdentityParts>();
/** By the names of headers, which are the application's. */
const apps = new Map<string, RequestListener>();

export function identityApp(parts: IdentityParts): RequestListener {
  const names = JSON.stringify(parts.names);
  const app = apps.get(names) ?? serving.run(parts, () => makeApp(parts));
  apps.set(names, app);
  return (request, response) => serving.run(parts, () => app(request, response));
}

const makeApp = ({ handlers, names }: IdentityParts): RequestListener =>
  createApp({
    services: [{ contract: contractFile('identity'), handlers: handlersOfServer(Object.keys(handlers)) }],
    ...{ log: partOfServer('log'), metrics: partOfServer('metrics') },
    ...{ roles: fakeRoles(), health: async () => [], settings: defaultHttpSettings, behindGateway: names },
  });

/** The parts of the server that the request has come to. */
function current(): IdentityParts {
  const parts = serving.getStore();
  if (!parts) throw new Error('cannot happen: every request comes to a server');
  return parts;
}

const handlersOfServer = (operations: readonly string[]): Handlers =>
  Object.fromEntries(
    operations.map((id): [string, Handler] => [id, (request) => (current().handlers[id] as Handler)(request)]),
  );

function partOfServer<K extends 'log' | 'metrics'>(name: K): IdentityParts[K] {
  return new Proxy({} as IdentityParts[K], {
    get(_, member) {
      const part = current()[name];
      const value: unknown = Reflect.get(part, member);
      return typeof value === 'function' ? (value.bind(part) as unknown) : value;
    },
  });
}
