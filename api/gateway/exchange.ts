import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Verdict } from '../../shared/ports/identity/authenticator';

/** How a request says who makes it. A cookie is sent by any page, so what it authenticates needs a CSRF token. */
export type CredentialKind = 'none' | 'cookie' | 'bearer';

/** A request on its way through the gateway. Upgrades have no `response`. */
export interface GatewayExchange {
  readonly request: IncomingMessage;
  readonly response?: ServerResponse;
  readonly method: string;
  /** As it came, without the query. */
  readonly path: string;
  /** With `?`; empty when there is none. */
  readonly search: string;
  /** Public address of the client. */
  readonly ip?: string;
  /** Address of the client, whatever it is. */
  readonly address: string;
  /** As given by a proxy of ours, or by the connection. */
  readonly protocol: 'http' | 'https';
  readonly workspaceId?: string;
  correlationId: string;
  credential: { readonly kind: CredentialKind; readonly token?: string };
  /** Of the credential; absent while it is not judged, and when there is none. */
  verdict?: Verdict;
  /** Headers that policies add to the answer. */
  readonly headers: { [name: string]: string };
  /** The service behind is not told who calls. */
  hideUser?: boolean;
  /** A service of this process has it: it answers, and measures, by itself. */
  handedOn?: boolean;
  /** The connection of a request that becomes a websocket. */
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
  /** Parameters of the path that matched. */
  params: { readonly [name: string]: string };
}

export const callerOf = ({ verdict }: Pick<GatewayExchange, 'verdict'>) =>
  verdict?.kind === 'known' ? verdict.caller : undefined;

/** The workspace whose run makes the call. */
export const sourceWorkspaceOf = ({ verdict }: Pick<GatewayExchange, 'verdict'>): string | undefined =>
  verdict === undefined || verdict.kind === 'refused' ? undefined : verdict.run?.workspaceId;

export const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};
