/** `npm run set-password [-- EMAIL]`: builds when needed, then sets the password of an account anew. */
import { runBuilt } from './setup/run-built.mjs';

await runBuilt('set-password');
