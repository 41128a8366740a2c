// Makes the JSON Schemas for editors from the compiler's tables. `--check` changes nothing and fails when a committed file
// is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const require = createRequire(import.meta.url);
require('../shared/testing/run-typescript.cjs');
const { automationSchema, importSchema, indexSchema } = require('../shared/core/document-schema/document-schema.ts');

const contracts = fileURLToPath(new URL('../shared/contracts/', import.meta.url));
const files = {
  'automation.schema.json': automationSchema(),
  'import.schema.json': importSchema(),
  'index.schema.json': indexSchema(),
};

for (const [name, schema] of Object.entries(files)) {
  const target = contracts + name;
  const made = await format(JSON.stringify(schema), { ...(await resolveConfig(target)), filepath: target });
  if (!process.argv.includes('--check')) writeFileSync(target, made);
  else if (read(target) !== made) {
    console.error(`${target} is stale: run node scripts/automation-schema.mjs`);
    process.exitCode = 1;
  }
}

function read(target) {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return undefined; // Absent is stale.
  }
}
