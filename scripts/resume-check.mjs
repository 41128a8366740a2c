/**
 * Emits acknowledged events while everything is killed again and again, and counts what subscribers lost, saw twice or out
 * of order: `npm run resume-check [-- EVENTS [KILLS]]`, 10,000 and 3 unless told.
 */
import { spawnSync } from 'node:child_process';
import { prepare, ROOT } from './setup/prepare.mjs';
import { report } from './setup/problem.mjs';
import { temporalExecutable } from './setup/temporal.mjs';

await prepare().then(check).catch(report);

async function check() {
  const [events = '10000', kills = '3'] = process.argv.slice(2);
  const { status } = spawnSync(
    process.execPath,
    [
      ...['node_modules/jest/bin/jest.js', '--selectProjects', 'integration', '--coverage=false'],
      ...['--testPathPatterns', 'integration/live.test', '-t', 'see each of'],
    ],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...process.env,
        OSTINATO_TEMPORAL_BIN: await temporalExecutable(),
        RESUME_EVENTS: events,
        RESUME_KILLS: kills,
      },
    },
  );
  process.exitCode = status ?? 1;
}
