import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One call of a program by the product. */
export interface SpiedCall {
  readonly program: 'git' | 'ssh';
  readonly args: readonly string[];
  /** Of ssh: the file of the key, as it was then. */
  readonly key?: { readonly file: string; readonly mode: number; readonly text: string };
}

/**
 * Programs that stand before the real ones: `git` notes its command line and is git; `ssh` notes its command line and the
 * key that it is given, and runs git's server program here, as the other side's sshd would.
 */
export function spiedPrograms(folder: string): {
  readonly path: string;
  calls(): readonly SpiedCall[];
  forget(): void;
} {
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'calls.ndjson');
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const head = [
    `#!${process.execPath}`,
    "const { appendFileSync, readFileSync, statSync } = require('node:fs');",
    "const { spawnSync } = require('node:child_process');",
    'const args = process.argv.slice(2);',
    `const note = (call) => appendFileSync(${JSON.stringify(log)}, JSON.stringify(call) + '\\n');`,
    'const end = (result) => process.exit(result.status === null ? 255 : result.status);',
  ];
  const place = (name: string, ...lines: string[]): void => {
    const file = join(folder, name);
    writeFileSync(file, [...head, ...lines, ''].join('\n'));
    chmodSync(file, 0o755);
  };
  place(
    'git',
    "note({ program: 'git', args });",
    `end(spawnSync(${JSON.stringify(git)}, args, { stdio: 'inherit' }));`,
  );
  place(
    'ssh',
    "const file = args[args.indexOf('-i') + 1];",
    "const key = args.includes('-i') ? { file, mode: statSync(file).mode & 0o777, text: readFileSync(file, 'utf8') } : undefined;",
    "note({ program: 'ssh', args, key });",
    "if (key && key.text.includes('WRONG')) { console.error('git@host: Permission denied (publickey).'); process.exit(255); }",
    `end(spawnSync('sh', ['-c', args[args.length - 1]], { stdio: 'inherit', env: { ...process.env, GIT_CONFIG_COUNT: '0' } }));`,
  );
  return {
    path: `${folder}:${process.env['PATH']}`,
    calls: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as SpiedCall)
        : [],
    forget: () => writeFileSync(log, ''),
  };
}
