// Fills the blocks of the reference pages from the compiler's tables and the tests' tables. `--check` changes nothing and
// fails when a committed page is stale.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const require = createRequire(import.meta.url);
require('../shared/testing/run-typescript.cjs');
const { fillPage } = require('../tests/support/reference/fill-page.ts');

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url));

for (const name of readdirSync(folder)) {
  const file = folder + name;
  const there = readFileSync(file, 'utf8');
  const made = await format(fillPage(there), { ...(await resolveConfig(file)), filepath: file });
  if (made === there) continue;
  if (!process.argv.includes('--check')) writeFileSync(file, made);
  else {
    console.error(`${file} is stale: run node scripts/reference.mjs`);
    process.exitCode = 1;
  }
}
