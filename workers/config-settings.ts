import type { JsonObject } from '../shared/core/json';
import type { ConfigSettings } from '../shared/core/workspaces/resolve-config';

/** `WORKSPACE_CONFIG_<slug>_<KEY>` and `APP_CONFIG_<appSlug>_<KEY>` of the environment; blanks of a slug are left out. */
export function configSettingsIn(env: { readonly [name: string]: string | undefined }): ConfigSettings {
  const given = Object.entries(env).filter(([name]) => /^(WORKSPACE|APP)_CONFIG_/.test(name));
  const valuesOf = (kind: string, slug: string): JsonObject => {
    const prefix = `${kind}_CONFIG_${slug.replaceAll(' ', '')}_`;
    return Object.fromEntries(
      given.flatMap(([name, value]) =>
        name.startsWith(prefix) && name.length > prefix.length && value !== undefined
          ? [[name.slice(prefix.length), value]]
          : [],
      ),
    );
  };
  return { workspace: (slug) => valuesOf('WORKSPACE', slug), app: (slug) => valuesOf('APP', slug) };
}
