import { spawn } from 'node:child_process';

/** Runs one named step and shows its name and how long it took. Progress goes to stderr: stdout is the product's. */
export async function step(name, run) {
  const begun = Date.now();
  process.stderr.write(`${name} ...\n`);
  const result = await run();
  process.stderr.write(`${name}: done in ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
  return result;
}

/**
 * Runs a command to its end and collects what it says.
 * @returns {Promise<{ code: number | null, output: string }>} the code is null when it could not be started or was killed
 */
export function run(command, args, { cwd, env = process.env, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (show) process.stderr.write(text);
      });
    }
    child.once('error', (error) => resolve({ code: null, output: `${command}: ${error.message}` }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** The last lines of an output: where the reason stands. */
export const tail = (output, lines = 20) => output.trim().split('\n').slice(-lines).join('\n');
