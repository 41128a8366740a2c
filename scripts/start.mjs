/** `npm start [-- DIR]`: everything that a fresh clone needs, then the product. Needs nothing but Node.js. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { prepare, ROOT } from './setup/prepare.mjs';
import { report } from './setup/problem.mjs';

/** Short-lived objects of a run then die young: fewer of them reach the old generation. */
const NODE_FLAGS = ['--max-semi-space-size=32', '--enable-source-maps'];

await prepare().then(serve).catch(report);

function serve() {
  const entry = join(ROOT, 'dist', 'workers', 'embedded.js');
  const child = spawn(process.execPath, [...NODE_FLAGS, entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  const sent = new Set();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C in a terminal reaches the whole group: the product has got that one already.
      if (sent.has(signal) || (signal === 'SIGINT' && process.stdin.isTTY)) return;
      sent.add(signal);
      child.kill(signal);
    });
  }
  child.once('error', report);
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
