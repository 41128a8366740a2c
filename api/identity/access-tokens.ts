import { randomUUID } from 'node:crypto';
import { fail } from '../../shared/core/errors/errors';
import type { JsonObject } from '../../shared/core/json';
import type { AccessToken } from '../../shared/ports/identity/token-stores';
import type { IdentityDependencies } from './dependencies';
import { ACCESS_TOKEN_PREFIX } from './session-owner';
import { hashOf } from './secret-tokens';
import { forUsers } from './who-asks';

/** So many a user may have: more are forgotten ones. */
const MOST = 100;

/** Tokens for programs, made and revoked by their user. */
export const accessTokenHandlers = (parts: IdentityDependencies) => ({
  listAccessTokens: forUsers(
    parts,
    async ({ user }) => ({ body: (await parts.accessTokens.listOf(user.id)).map(shown) }),
    { anonymous: false },
  ),

  createAccessToken: forUsers(
    parts,
    async ({ user, body }) => {
      const { accessTokens, now = Date.now } = parts;
      const { name, expiresAt: given } = body as { readonly name: string; readonly expiresAt: string };
      const expiresAt = Date.parse(given);
      if (!/^\d{4}-\d\d-\d\d/.test(given) || !(expiresAt > now()))
        throw refusedField('/body/expiresAt', 'must be an ISO 8601 date in the future');
      if ((await accessTokens.listOf(user.id)).length >= MOST)
        throw refusedField('/body', `at most ${MOST} access tokens: delete one first`);
      const token = `${ACCESS_TOKEN_PREFIX}${randomUUID()}`;
      const made = { id: randomUUID(), userId: user.id, name, expiresAt };
      await accessTokens.create(made, hashOf(token));
      return { headers: { 'cache-control': 'no-store' }, body: { ...shown(made), token } };
    },
    { anonymous: false },
  ),

  deleteAccessToken: forUsers(
    parts,
    async ({ user, params }) => {
      const { token = '' } = params;
      const idOrHash = token.startsWith(ACCESS_TOKEN_PREFIX) ? hashOf(token) : token;
      const deleted = await parts.accessTokens.delete(user.id, idOrHash);
      if (!deleted) throw fail('NotFoundError', 'You have no such access token');
      return { body: shown(deleted) };
    },
    { anonymous: false },
  ),
});

const shown = ({ id, name, expiresAt, userId }: AccessToken): JsonObject => ({
  ...{ id, name, userId },
  expiresAt: new Date(expiresAt).toISOString(),
});

const refusedField = (path: string, message: string): Error =>
  fail('RequestValidationError', 'Invalid request', [{ path, message, errorCode: 'invalid' }]);
