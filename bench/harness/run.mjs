import { parseArgs } from 'node:util';
import { stopAll } from './processes.mjs';
import { discard, scratch } from './sides.mjs';

/** @param {Record<string, { type: 'boolean' } | { type: 'string' }>} more options of this benchmark */
export const options = (more = {}) =>
  parseArgs({
    options: { quick: { type: 'boolean' }, assert: { type: 'boolean' }, json: { type: 'boolean' }, ...more },
  }).values;

/**
 * Gives a benchmark a scratch folder, and ends every process of its own when it is over, also by Ctrl-C.
 * @param {(folder: string) => Promise<readonly string[]>} job returns the targets that were missed
 */
export async function runBenchmark(job) {
  const folder = scratch();
  const clean = async () => {
    await stopAll();
    discard(folder);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.once(signal, () => void clean().then(() => process.exit(130)));
  try {
    const missed = await job(folder);
    for (const line of missed) console.log(`MISSED  ${line}`);
    if (process.argv.includes('--assert') && missed.length > 0) process.exitCode = 1;
  } finally {
    await clean();
  }
}
