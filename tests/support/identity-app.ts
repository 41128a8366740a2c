/** The identity service's application: one for all servers of a test file, as making it takes longer than most tests. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestListener } from 'node:http';
import type { Handler, Handlers } from '../../api/http/contract';
import { defaultHeaderNames } from '../../api/http/caller-headers';
import { createApp, type AppDependencies } from '../../api/http/create-app';
import { contractFile } from '../../api/http/openapi';
import { defaultHttpSettings } from '../../api/http/settings';
import { fakeRoles } from '../../shared/testing/fakes/access';

/** What each server has of its own. */
export type IdentityParts = Pick<AppDependencies, 'identity' | 'log' | 'metrics'> & { readonly handlers: Handlers };

const serving = new AsyncLocalStorage<IdentityParts>();
let app: RequestListener | undefined;

export function identityApp(parts: IdentityParts): RequestListener {
  const shared = (app ??= serving.run(parts, () => makeApp(parts)));
  return (request, response) => serving.run(parts, () => shared(request, response));
}

const makeApp = ({ handlers }: IdentityParts): RequestListener =>
  createApp({
    services: [{ contract: contractFile('identity'), handlers: handlersOfServer(Object.keys(handlers)) }],
    ...{ identity: partOfServer('identity'), log: partOfServer('log'), metrics: partOfServer('metrics') },
    ...{ roles: fakeRoles(), health: async () => [], settings: defaultHttpSettings, behindGateway: defaultHeaderNames },
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

function partOfServer<K extends 'identity' | 'log' | 'metrics'>(name: K): IdentityParts[K] {
  return new Proxy({} as IdentityParts[K], {
    get(_, member) {
      const part = current()[name];
      const value: unknown = Reflect.get(part, member);
      return typeof value === 'function' ? (value.bind(part) as unknown) : value;
    },
  });
}
