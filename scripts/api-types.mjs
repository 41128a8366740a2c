// Makes TypeScript types of requests and answers from the OpenAPI files: shared/contracts/api/<service>.generated.ts.
// `--check` changes nothing and fails when a committed file is stale.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);
require('../shared/testing/run-typescript.cjs');
const { typesOf } = require('../tests/support/api-types/types-of.ts');

const contracts = fileURLToPath(new URL('../shared/contracts/', import.meta.url));
const services = readdirSync(`${contracts}openapi`).map((name) => name.replace(/\.yaml$/, ''));
const check = process.argv.includes('--check');

const stale = (target) => {
  console.error(`${target} is stale: run node scripts/api-types.mjs`);
  process.exitCode = 1;
};

for (const service of services) {
  const target = `${contracts}api/${service}.generated.ts`;
  const document = parse(readFileSync(`${contracts}openapi/${service}.yaml`, 'utf8'));
  const made = await format(typesOf(service, document), { ...(await resolveConfig(target)), filepath: target });
  const there = existsSync(target) ? readFileSync(target, 'utf8') : undefined;
  if (there === made) continue;
  if (check) stale(target);
  else writeFileSync(target, made);
}
// Of a contract that is gone.
for (const name of readdirSync(`${contracts}api`)) {
  if (services.includes(name.replace(/\.generated\.ts$/, ''))) continue;
  if (check) stale(`${contracts}api/${name}`);
  else rmSync(`${contracts}api/${name}`);
}
