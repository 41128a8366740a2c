import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Runs a script in a process of its own and kills it with SIGKILL in the middle of its work.
 * @param script prints a line for each thing that was acknowledged to it
 * @returns the lines that it had printed
 */
export async function killedWhile(script: string, args: readonly string[], afterLines: number): Promise<string[]> {
  const child = spawn(process.execPath, ['-r', join(__dirname, '..', 'run-typescript.cjs'), script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_code, signal) => resolve(signal)));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === afterLines) child.kill('SIGKILL');
  }
  if ((await ended) !== 'SIGKILL') throw new Error(`The script ended by itself after ${lines.length} lines`);
  return lines;
}
