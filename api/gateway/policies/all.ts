import { authentication } from './authentication';
import { authorization } from './authorization';
import { blacklist } from './blacklist';
import type { PolicyFactory } from './policy';
import { proxy } from './proxy';
import { rateLimit } from './rate-limit';

export const policies: { readonly [name: string]: PolicyFactory } = {
  authentication,
  authorization,
  blacklist,
  proxy,
  rateLimit,
};
