/** `npm run decode-history -- DATA_DIR < history.json`: builds when needed, then prints the history in plain words. */
import { runBuilt } from './setup/run-built.mjs';

await runBuilt('decode-history');
