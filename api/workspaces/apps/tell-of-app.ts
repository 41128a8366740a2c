import type { JsonObject } from '../../../shared/core/json';
import { announce, fitting } from '../../http/announce';
import type { HttpRequest } from '../../http/contract';
import type { AppsDependencies } from './dependencies';

interface ToldApp {
  readonly slug: string;
  readonly workspaceId: string;
}

/** An event where the app was made, for whoever reads them, and one for each of its instances that listens. */
export async function tellOfApp(
  dependencies: AppsDependencies,
  request: HttpRequest,
  { slug, workspaceId }: ToldApp,
  { type, payload }: { readonly type: 'apps.published' | 'apps.deleted'; readonly payload: JsonObject },
): Promise<void> {
  const { log, settings, tellInstances } = dependencies;
  await announce(dependencies, request, [{ workspaceId, type, payload }]);
  await tellInstances(slug, type, fitting(payload, settings.eventMaxLength / 2)).catch((error: unknown) => {
    log.error({ appSlug: slug, type, err: error }, 'the app has changed, but its instances were not told');
  });
}
