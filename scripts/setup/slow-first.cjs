const { basename } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/**
 * What takes longest begins first, so that no worker is left with it alone at the end. Jest knows the times of the last run,
 * but a fresh clone has none, and would go by the sizes of the files.
 */
const SLOWEST = [
  ...['cases', 'save-crash', 'crash', 'blocked-runs', 'runs', 'waits-never-miss', 'fetch-streams', 'bad-input'],
  ...['rate-limits', 'workspaces', 'security', 'secrets-by-workspace', 'cut-anywhere', 'live', 'http-streams'],
  ...['long-loop', 'identity', 'secrets-nowhere', 'deploy', 'task-twice', 'live-load'],
];

function rank({ path }) {
  const place = SLOWEST.indexOf(basename(path, '.test.ts'));
  return place < 0 ? SLOWEST.length : place;
}

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
