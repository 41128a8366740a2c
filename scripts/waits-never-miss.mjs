/**
 * A `wait` right after an `emit`, again and again beside 20 calls in flight: does it ever miss its answer?
 * `npm run waits-never-miss [-- TIMES]`, 500 unless told.
 */
import { longCheck } from './setup/long-check.mjs';

const [times = '500'] = process.argv.slice(2);
await longCheck('integration/waits-never-miss', 'times in a row', { WAITS: times });
