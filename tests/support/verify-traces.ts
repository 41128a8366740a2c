import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(__dirname, '..', '..', 'dist', 'workers', 'verify-traces.js');

/** Runs the command that feeds every trace of a data folder back through the machine.
 * @param settings those of the product, for the secrets in configs
 * @throws Error on any difference */
export async function verifyTraces(
  dataDir: string,
  settings: { readonly [name: string]: string } = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, dataDir], {
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, ...settings },
    });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`Traces differ from what the machine does:\n${stdout}${stderr}`, { cause: error });
  }
}
