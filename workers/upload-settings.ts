import { join, resolve } from 'node:path';
import { fail } from '../shared/core/errors/errors';
import { choice, type Env } from './read-setting';

export interface UploadSettings {
  /** Where the bytes of files are. */
  readonly dir: string;
  readonly mimetypes: { readonly allowed: readonly string[]; readonly forbidden: readonly string[] };
  readonly publicByDefault: boolean;
}

const ALLOWED = 'image/*,text/*,video/*,audio/*,application/*,font/*';

/** @throws ConfigurationError */
export function uploadSettingsIn(env: Env, dataDir: string): UploadSettings {
  choice(env, 'UPLOADS_STORAGE_TYPE', ['FILESYSTEM'], 'FILESYSTEM');
  return {
    dir: resolve(env['UPLOADS_STORAGE_FILESYSTEM_DIRPATH'] || join(dataDir, 'uploads')),
    mimetypes: {
      allowed: mimetypes(env, 'UPLOADS_ALLOWED_MIMETYPES', ALLOWED),
      forbidden: mimetypes(env, 'UPLOADS_FORBIDDEN_MIMETYPES', ''),
    },
    publicByDefault: choice(env, 'UPLOADS_DEFAULT_VISIBILITY', ['public', 'private'], 'public') === 'public',
  };
}

function mimetypes(env: Env, name: string, standard: string): readonly string[] {
  const patterns = (env[name] || standard)
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '');
  const wrong = patterns.find((one) => !/^(\*\/\*|[\w.+-]+\/(\*|[\w.+-]+))$/.test(one));
  if (wrong === undefined) return patterns;
  throw fail('ConfigurationError', `${name}=${wrong}: give type/subtype, type/* or */*, separated by commas`, {
    setting: name,
    value: wrong,
  });
}
