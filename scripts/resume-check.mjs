/**
 * Emits acknowledged events while everything is killed again and again, and counts what subscribers lost, saw twice or out
 * of order: `npm run resume-check [-- EVENTS [KILLS]]`, 10,000 and 3 unless told.
 */
import { longCheck } from './setup/long-check.mjs';

const [events = '10000', kills = '3'] = process.argv.slice(2);
await longCheck('integration/live.test', 'see each of', { RESUME_EVENTS: events, RESUME_KILLS: kills });
