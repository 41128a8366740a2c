/** The table `tests/workspaces/`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileWorkspace } from '../../shared/core/workspaces/compile-workspace';

interface Case {
  readonly name: string;
  readonly files: { readonly [path: string]: string };
  readonly expect: readonly string[];
}

const cases = parse(readFileSync(join(__dirname, '../workspaces/diagnostics.yaml'), 'utf8')) as readonly Case[];

it.each(cases)('$name', ({ files, expect: wanted }) => {
  const { diagnostics } = compileWorkspace({ workspaceId: 'demo', files, createdAt: 0 });
  const told = diagnostics.map(
    ({ code, file, line, col, endCol }) => `${code} ${file}${line === undefined ? '' : `:${line}:${col}-${endCol}`}`,
  );
  expect(told).toEqual(wanted);
});
