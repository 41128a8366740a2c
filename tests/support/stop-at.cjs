/**
 * Preloaded into a product under test: it kills itself, as `kill -9` does, when a deployment comes to the point that the
 * file STOP_AT_FILE names. Without the file nothing happens.
 */
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

const file = process.env.STOP_AT_FILE;
if (file && isMainThread) {
  const { deployPoints } = require(join(__dirname, '../../dist/api/runtime/deploy/deploy-points.js'));
  deployPoints.at = (point) => {
    if (existsSync(file) && readFileSync(file, 'utf8').trim() === point) process.kill(process.pid, 'SIGKILL');
  };
}
