import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createAppsHandlers } from './workspaces/apps/apps-handlers';
import { createFilesHandlers } from './files/files-handlers';
import { createEventsHandlers } from './events/events-handlers';
import { contractFile, operationsOf, readContract } from './http/openapi';
import { createIdentityHandlers } from './identity/identity-handlers';
import { createPermissionsHandlers } from './permissions/permissions-handlers';
import { createRunsHandlers } from './runs/runs-handlers';
import { createRuntimeHandlers } from './runtime/runtime-handlers';
import { createWorkspacesHandlers } from './workspaces/workspaces-handlers';

const services = {
  runtime: createRuntimeHandlers({} as never),
  events: createEventsHandlers({} as never),
  permissions: createPermissionsHandlers({} as never),
  workspaces: createWorkspacesHandlers({} as never),
  identity: createIdentityHandlers({} as never),
  runs: createRunsHandlers({} as never),
  apps: createAppsHandlers({} as never),
  files: createFilesHandlers({} as never),
};

it('every contract is looked at', () => {
  const files = readdirSync(dirname(contractFile('runtime'))).map((name) => name.replace(/\.yaml$/, ''));
  expect(Object.keys(services).sort()).toEqual(files.sort());
});

describe.each(Object.entries(services))('contract of %s', (name, handlers) => {
  const operations = operationsOf(readContract(contractFile(name)));

  it('has a handler for every operation, and an operation for every handler', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(handlers).sort()).toEqual([...ids].sort());
  });

  it('names every parameter of its paths', () => {
    const document = readContract(contractFile(name));
    for (const [path, item] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect(JSON.stringify(item['parameters'])).toBeDefined();
      expect((item['parameters'] as unknown[]).length).toBeGreaterThanOrEqual(inPath.length);
    }
  });
});
