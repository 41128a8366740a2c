import type { JsonObject } from '../core/json';

/** Who calls. Decided once, at the door, and handed on; a client's own claims never count. */
export interface Caller {
  readonly userId?: string;
  readonly sessionId?: string;
  readonly email?: string;
  readonly authData?: JsonObject;
  /** In the workspace that the request is for; a credential alone gives none. */
  readonly role?: string;
  readonly ip?: string;
  /** The websocket that the request came by. */
  readonly socketId?: string;
  readonly correlationId: string;
  /** What the gateway knows besides; no run ever gets it. */
  readonly platform?: PlatformFacts;
}

/** Of a caller, for the whole installation. Rights in a workspace do not come from here. */
export interface PlatformFacts {
  /** An anonymous user has a session and an id, but no account. */
  readonly kind?: 'user' | 'anonymous';
  /** `superadmin`, or what a super admin has given the user. */
  readonly role?: string;
  /** Of the token. */
  readonly scopes?: readonly string[];
  /** A run of this workspace makes the call. */
  readonly sourceWorkspaceId?: string;
}

/** Who a bearer token stands for. */
export interface Identity {
  authenticate(token: string): Promise<KnownCaller | null>;
  /** The same caller as known now; null when the session has ended. Asked again and again while somebody is connected. */
  current(caller: Pick<Caller, 'userId' | 'sessionId'>): Promise<KnownCaller | null>;
}

/** What a credential tells; the role is the workspace's (`Roles`), the rest the request's. */
export type KnownCaller = Omit<Caller, 'correlationId' | 'ip' | 'socketId' | 'role'>;

/**
 * Which role a user has in a workspace. Asked for each request, again and again while somebody is connected, when a run
 * starts, and when it switches its user; what is answered then becomes an input of the run, which decides by it and by
 * the rules of its release (`shared/core/permissions`). A service that keeps roles takes the place of the local driver
 * here, and nothing else changes.
 */
export interface Roles {
  /**
   * @param who  of an event that an automation emitted only the session is known: then that of the session's user
   * @returns null for whoever has none
   * @throws StorageUnavailable (retryable)
   */
  roleOf(workspaceId: string, who: { readonly userId?: string; readonly sessionId?: string }): Promise<string | null>;
}

export type Action =
  | 'create'
  | 'read'
  | 'update'
  | 'delete'
  | 'manage'
  | 'manage_repositories'
  | 'execute'
  | 'test'
  | 'inspect'
  | 'get_usage'
  | 'aggregate_search';

export interface Subject {
  readonly type: 'workspaces' | 'automations' | 'events' | 'runs';
  readonly workspaceId: string;
  readonly id?: string;
  readonly value?: JsonObject;
}

/** May this caller do this? Asked by every use case. */
export interface Permissions {
  can(caller: Caller, action: Action, subject: Subject): Promise<boolean>;
}
