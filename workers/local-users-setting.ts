import { fail } from '../shared/core/errors/errors';

/** One user of `OSTINATO_USERS`. */
export interface ConfiguredUser {
  readonly userId: string;
  readonly token: string;
  readonly email?: string;
  /** By workspace; `*` = in every other one. */
  readonly roles: { readonly [workspaceId: string]: string };
}

const FORM = '{"<user id>": {"token": "...", "email": "...", "roles": {"<workspace>": "<role>"}}}';

/** @throws ConfigurationError that shows nothing of the value: it holds tokens */
export function usersIn(text: string | undefined): readonly ConfiguredUser[] {
  if (!text) return [];
  const users = Object.entries(asObject(parse(text))).map(([userId, given]): ConfiguredUser => {
    const { token, email, roles = {}, ...others } = asObject(given);
    const named = asObject(roles);
    const sound =
      isText(token) &&
      (email === undefined || isText(email)) &&
      Object.values(named).every(isText) &&
      userId !== 'owner';
    if (!sound || Object.keys(others).length > 0) throw refused();
    return { userId, token, ...(email !== undefined && { email }), roles: named as ConfiguredUser['roles'] };
  });
  if (new Set(users.map(({ token }) => token)).size < users.length) throw refused(': each user has a token of its own');
  return users;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words would show a piece of it.
    throw refused();
  }
}

function asObject(value: unknown): { readonly [name: string]: unknown } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as { [name: string]: unknown };
  throw refused();
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const refused = (why = ''): Error =>
  fail('ConfigurationError', `OSTINATO_USERS: give JSON of the form ${FORM}${why}`, { setting: 'OSTINATO_USERS' });
