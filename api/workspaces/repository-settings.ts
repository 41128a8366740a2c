import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import type { WorkspaceView } from '../../shared/ports/deployments';
import type { GitRemote } from '../../shared/ports/git-repositories';
import { indexDocument } from './documents';

/** `repositories` of the index: one of them, as it is written. */
export interface RepositorySettings {
  readonly remote: GitRemote;
  readonly readOnly: boolean;
  readonly excluded: readonly string[];
}

type Secrets = JsonObject;

/** @throws RepositoryError what is written cannot be one · ObjectNotFoundError there is none with this id */
export function repositorySettings(view: WorkspaceView, id: string, secrets: Secrets): RepositorySettings {
  const found = repositoriesOf(view)[id];
  if (!isObject(found))
    throw fail('ObjectNotFoundError', `The workspace has no repository ${id.slice(0, 100)}`, {
      subjectType: 'repositories',
      query: { id: id.slice(0, 100) },
    });
  const refuse = (message: string) => fail('RepositoryError', `Repository ${id}: ${message}`, { repository: id });
  if (found['type'] !== undefined && found['type'] !== 'git') throw refuse('its type is not `git`');
  const config = isObject(found['config']) ? found['config'] : {};
  const text = (value: Json | undefined): string | undefined =>
    typeof value === 'string' && value !== '' ? withSecrets(value, secrets) : undefined;
  const url = text(config['url']);
  if (url === undefined) throw refuse('`config.url` is missing');
  const given = isObject(config['auth']) ? config['auth'] : {};
  const auth = { user: text(given['user']), password: text(given['password']), sshkey: text(given['sshkey']) };
  if (auth.password !== undefined && !url.startsWith('https://'))
    throw refuse('a password needs an address with https');
  if (auth.sshkey !== undefined && !/^(git@|ssh:\/\/)/.test(url)) throw refuse('a key needs an address with git@');
  const { user, password, sshkey } = auth;
  return {
    remote: {
      url,
      branch: text(config['branch']) ?? 'main',
      auth: {
        ...(user !== undefined && { user }),
        ...(password !== undefined && { password }),
        ...(sshkey !== undefined && { sshkey }),
      },
    },
    readOnly: found['mode'] === 'read-only',
    excluded: exclusionsOf(found),
  };
}

/** Files that an import from repositories of this type leaves alone. */
export const excludedPaths = (view: WorkspaceView | null, type: 'archive'): readonly string[] =>
  Object.values(view ? repositoriesOf(view) : {})
    .filter((one): one is JsonObject => isObject(one) && one['type'] === type)
    .flatMap(exclusionsOf);

function repositoriesOf(view: WorkspaceView): JsonObject {
  const { repositories } = indexDocument(view, true);
  return isObject(repositories) ? Object.fromEntries(Object.entries(repositories)) : {};
}

function exclusionsOf({ pull }: JsonObject): readonly string[] {
  const exclude = isObject(pull) ? pull['exclude'] : undefined;
  return (Array.isArray(exclude) ? (exclude as readonly Json[]) : []).flatMap((one) =>
    isObject(one) && typeof one['path'] === 'string' ? [one['path']] : [],
  );
}

/** `{{secret.name}}`, the only template here. */
const withSecrets = (text: string, secrets: Secrets): string =>
  text.replace(/\{\{\s*secret\.([\w-]+)\s*\}\}/g, (whole, name: string) => {
    const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    return typeof secret === 'string' ? secret : whole;
  });
