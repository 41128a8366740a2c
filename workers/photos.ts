import { createAgent } from '../activities/fetch/agent';
import { headPhotos } from '../shared/drivers/photos/head';
import type { Photos } from '../shared/ports/photos';
import type { Config } from './config';

const MOST_REDIRECTS = 3;

/** Photos of people and of workspaces: what may not be called by `fetch` is not called for them either. */
export function photosOf({
  fetchPrivateAddresses: privateAddresses,
  photoLimits,
}: Pick<Config, 'fetchPrivateAddresses' | 'photoLimits'>): { readonly [of in keyof Config['photoLimits']]: Photos } {
  const dispatcher = createAgent({ privateAddresses, maxRedirects: MOST_REDIRECTS });
  return {
    profiles: headPhotos({ dispatcher, maxBytes: photoLimits.profiles }),
    workspaces: headPhotos({ dispatcher, maxBytes: photoLimits.workspaces }),
  };
}
