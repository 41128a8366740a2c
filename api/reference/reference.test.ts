import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { contractFile, operationsOf, readContract } from '../http/openapi';
import { mergeContracts } from './merge-contracts';
import { referenceRoutes } from './reference-routes';

const services = readdirSync(dirname(contractFile('runtime'))).map((name) => name.replace(/\.yaml$/, ''));
const files = services.map((name) => ({ contract: contractFile(name) }));
const contracts = Object.fromEntries(services.map((name) => [name, readContract(contractFile(name))]));
const operations = services.flatMap((name) => operationsOf(readContract(contractFile(name))));

const answerOf = async (path: string) => {
  const route = referenceRoutes(files).find((one) => one.path === path);
  if (!route) throw new Error(`no route ${path}`);
  return route.answer({ headers: {} });
};

describe('the page', () => {
  it('has every operation with its path, and loads nothing', async () => {
    const { text, headers } = await answerOf('/docs/api');
    const content = text?.content ?? '';
    for (const { operationId, path, method } of operations) {
      expect(content).toContain(`<article id="${operationId}">`);
      expect(content).toContain(`${method.toUpperCase()} ${path}`);
    }
    expect(content).not.toMatch(/<script|\bsrc=|https?:\/\//);
    expect(headers?.['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'/);
  });

  it('leads from a reference to what is referred to', async () => {
    const content = (await answerOf('/docs/api')).text?.content ?? '';
    const targets = [...content.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
    expect(targets).toContain('runs.RunRow');
    for (const target of targets) expect(content).toContain(`id="${target}"`);
  });
});

describe('the document', () => {
  it('has the operations of all services, and no reference that leads nowhere', async () => {
    const merged = mergeContracts(contracts);
    expect((await answerOf('/v2/openapi.json')).body).toEqual(merged);
    expect(
      operationsOf(merged)
        .map(({ operationId }) => operationId)
        .sort(),
    ).toEqual(operations.map(({ operationId }) => operationId).sort());
    const references = JSON.stringify(merged).match(/#\/components\/[\w./-]+/g) ?? [];
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, name) => (at as { [name: string]: unknown } | undefined)?.[name], merged);
      expect([reference, found]).toEqual([reference, expect.anything()]);
    }
  });
});
