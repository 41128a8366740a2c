import { fail } from '../../core/errors/errors';

/** What `git` has said. For the log: it may name addresses and hosts. */
export class GitFailure extends Error {}

/** Words of git, curl, TLS libraries and ssh -> ours. The first that is found counts. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [
    /SSL certificate|certificate verif|server certificate|gnutls_handshake|SSL_connect|Host key verification failed/i,
    'its certificate or host key is not trusted',
  ],
  [
    /Authentication failed|Permission denied|could not read Username|could not read Password|returned error: 403/i,
    'access was refused',
  ],
  [
    /Could not resolve|Failed to connect|Connection (refused|reset|timed out|closed)|timed out|unable to connect/i,
    'its host does not answer',
  ],
  [/redirect|returned error: 30\d/i, 'it has moved: give the address that it is at now'],
  [/not found|does not exist|does not appear to be a git repository/i, 'there is no repository at this address'],
];

/** An error as callers may see it: nothing in it that git, a server or a credential has said. */
export function toldFailure(error: unknown, doing: string): Error {
  if (!(error instanceof GitFailure)) return error as Error;
  const why = KNOWN.find(([pattern]) => pattern.test(error.message))?.[1] ?? `git could not ${doing}`;
  return fail('RepositoryError', `The repository cannot be used: ${why}`, { reason: doing }, { cause: error });
}
