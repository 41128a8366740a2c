/** `npm run build`: packages and dist/, as far as they are not current. */
import { prepare } from './setup/prepare.mjs';
import { report } from './setup/problem.mjs';

await prepare().catch(report);
