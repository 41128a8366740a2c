import type { RunSettings } from '../api/runtime/runs/start-input';
import type { Env } from './read-setting';

const PREFIX = 'ADDITIONAL_GLOBAL_VARS_';

/** What automations read in `global`: addresses of the platform, and what `ADDITIONAL_GLOBAL_VARS_<NAME>` says. */
export function globalsIn(env: Env): Pick<RunSettings, 'consoleUrl' | 'pagesHost' | 'globalVars'> {
  const named = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith(PREFIX) && name.length > PREFIX.length && value ? [[name.slice(PREFIX.length), value]] : [],
  );
  return {
    ...(env['CONSOLE_URL'] && { consoleUrl: env['CONSOLE_URL'] }),
    ...(env['PAGES_HOST'] && { pagesHost: env['PAGES_HOST'] }),
    globalVars: Object.fromEntries(named) as { readonly [name: string]: string },
  };
}
