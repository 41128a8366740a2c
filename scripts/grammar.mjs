// Makes the parser's tables from the grammar. `--check` changes nothing and fails when the committed file is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const nearley = require('nearley');
const compile = require('nearley/lib/compile.js');
const generate = require('nearley/lib/generate.js');
const lint = require('nearley/lib/lint.js');
const bootstrap = require('nearley/lib/nearley-language-bootstrapped.js');
const { version } = require('nearley/package.json');

const source = fileURLToPath(new URL('../shared/core/expression/parse/expression.ne', import.meta.url));
const target = source.replace(/\.ne$/, '.generated.ts');

const parser = new nearley.Parser(nearley.Grammar.fromCompiled(bootstrap));
parser.feed(readFileSync(source, 'utf8') + '\n');
const grammar = compile(parser.results[0], { version });
lint(grammar, { out: process.stderr, version });
const made = generate(grammar, 'grammar');

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== made) {
    console.error(`${target} is stale: run node scripts/grammar.mjs`);
    process.exit(1);
  }
} else writeFileSync(target, made);
