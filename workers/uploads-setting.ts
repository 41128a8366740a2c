import type { FileSettings } from '../api/files/dependencies';
import { fail } from '../shared/core/errors/errors';
import { choice, type Env } from './read-setting';

export type UploadSettings = Pick<FileSettings, 'allowedTypes' | 'forbiddenTypes' | 'publicByDefault'>;

const ALLOWED = 'image/*,text/*,video/*,audio/*,application/*,font/*';
const PATTERN = /^(\*|[a-z0-9.+-]+\/(\*|[a-z0-9.+_-]+))$/;

export const uploadSettingsIn = (env: Env): UploadSettings => ({
  allowedTypes: typesIn('UPLOADS_ALLOWED_MIMETYPES', env.UPLOADS_ALLOWED_MIMETYPES || ALLOWED),
  forbiddenTypes: typesIn('UPLOADS_FORBIDDEN_MIMETYPES', env.UPLOADS_FORBIDDEN_MIMETYPES ?? ''),
  publicByDefault: choice(env, 'UPLOADS_DEFAULT_VISIBILITY', ['public', 'private'], 'public') === 'public',
});

/** @throws ConfigurationError */
function typesIn(name: string, text: string): readonly string[] {
  const types = text
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '');
  const wrong = types.find((one) => !PATTERN.test(one));
  if (wrong !== undefined)
    throw fail('ConfigurationError', `${name}=${text}: ${wrong} is no type; give types such as image/*,text/plain`, {
      setting: name,
      value: text,
    });
  return types;
}
