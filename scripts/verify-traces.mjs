/** `npm run verify-traces -- DATA_DIR`: builds when needed, then feeds every trace back through the machine. */
import { runBuilt } from './setup/run-built.mjs';

await runBuilt('verify-traces');
