import type { Release } from '../automation/compiled';
import { splitFullSlug } from '../events/app-names';
import { expandConfig } from '../expression/parse/expand-config';
import { isObject, type Json, type JsonObject } from '../json';

/** Values from outside the release: neither stands in it, nor in any history. */
export interface OutsideConfig {
  /** Secrets of the workspace, by name: `{{secret.name}}` in its config and in that of its imports. */
  readonly secret: JsonObject;
  /** Settings `WORKSPACE_CONFIG_<slug>_<KEY>` and `APP_CONFIG_<appSlug>_<KEY>`: what nothing else gives. */
  readonly settings: ConfigSettings;
}

export interface ConfigSettings {
  workspace(slug: string): JsonObject;
  app(appSlug: string): JsonObject;
}

export const NO_SETTINGS: ConfigSettings = { workspace: () => ({}), app: () => ({}) };

/**
 * The config of the workspace and of each app instance, filled in. Inside an app: settings, over them the app's own
 * values, over them those of the import; the app's own are filled in from the whole, the import's from the config of the
 * workspace around it, once each.
 */
export function resolveConfig(
  { workspaceId, slug, config, instances = {} }: Release,
  { secret, settings }: OutsideConfig,
): { readonly [instance: string]: JsonObject } {
  const own = config[''] ?? {};
  const whole = { ...settings.workspace(slug ?? workspaceId), ...own };
  const resolved: { [instance: string]: JsonObject } = {
    '': { ...whole, ...(expandConfig(own, { config: whole, secret }) as JsonObject) },
  };
  // Shorter names first: the config around an instance is there before its own.
  for (const [instance, app] of Object.entries(instances).sort(([a], [b]) => a.length - b.length)) {
    const { instance: around } = splitFullSlug(instance);
    const scope = { config: resolved[around] ?? {}, secret: around === '' ? secret : {} };
    const given = expandConfig(app.config, scope) as JsonObject;
    const defaults = config[instance] ?? {};
    const merged = { ...settings.app(app.appSlug), ...defaults, ...given };
    resolved[instance] = {
      ...merged,
      ...(expandConfig(defaults, { config: merged, secret: {} }) as JsonObject),
      ...given,
      ...writtenInside(resolved, instance),
    };
  }
  return resolved;
}

/** What runs have set in the config of an instance inside another: it stands under its name in that of the outermost. */
function writtenInside(resolved: { readonly [instance: string]: JsonObject }, instance: string): JsonObject {
  const [root = '', ...inner] = instance.split('.');
  if (inner.length === 0) return {};
  let at: Json | undefined = resolved[root];
  for (const name of inner) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return isObject(at) ? at : {};
}
