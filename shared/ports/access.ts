import type { Event } from '../core/events/event';
import type { JsonObject } from '../core/json';
import type { Action, SubjectType } from '../core/permissions/actions';
import type { Decision } from '../core/permissions/judge';

export type { Action };

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
  /** Of the API key that came with the request, if it is one of the workspace that the request is for. */
  readonly apiKeyId?: string;
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
export type KnownCaller = Omit<Caller, 'correlationId' | 'ip' | 'socketId' | 'role' | 'apiKeyId'>;

/**
 * Which role a user has in a workspace. Asked for each request, again and again while somebody is connected, when a run
 * starts, and when it switches its user; what is answered then becomes an input of the run, which decides by it and by
 * the rules of its release (`shared/core/permissions`). A service that keeps roles takes the place of the local driver
 * here, and nothing else changes.
 */
export interface Roles {
  /**
   * @param who  of an event that an automation emitted only the session is known: then that of the session's user.
   *   `sourceWorkspaceId`: a run of this workspace asks for its user
   * @returns null for whoever has none
   * @throws StorageUnavailable (retryable)
   */
  roleOf(workspaceId: string, who: WhoAsks): Promise<string | null>;
}

/** Whose role is asked for. */
export interface WhoAsks {
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly sourceWorkspaceId?: string | undefined;
}

/** What is known of users and their sessions, whoever keeps them. */
export interface KnownAccounts {
  /** Undefined for a session that nobody has, that has ended, or whose user may not come in. */
  userOfSession(sessionId: string): Promise<string | undefined>;
  isSuperAdmin(userId: string): Promise<boolean>;
}

export interface Subject {
  readonly type: SubjectType;
  readonly workspaceId: string;
  readonly id?: string;
  /** What conditions of rules look at. */
  readonly value?: JsonObject;
}

/** Rules of a workspace's own on reading its events. */
export interface EventReadRules {
  /** Equal for equal rules: whoever keeps them sees by it that they have changed. */
  readonly id: string;
  /** The workspace declares `editor` itself: the built-in rights of editors to read do not hold. */
  readonly replacesEditor: boolean;
  /** Null: they say nothing of this event, the built-in rules hold. */
  decide(event: Pick<Event, 'type' | 'source' | 'target'>): boolean | null;
}

/** What a caller may do. Asked by every use case, again and again: cheap. A change is in force within a second. */
export interface Permissions {
  can(caller: Caller, action: Action, subject: Subject): Promise<boolean>;
  /** As `can`, with the reason that the refusing rule gives. */
  decide(caller: Caller, action: Action, subject: Subject): Promise<Decision>;
  /** Undefined: the workspace has none that concern this caller. */
  eventReadRules(
    caller: Omit<Caller, 'correlationId'> & { readonly topics: ReadonlySet<string> },
    workspaceId: string,
  ): Promise<EventReadRules | undefined>;
}

/** API keys as the door needs them. */
export interface ApiKeys {
  /** Null for a key that this workspace does not have, or has disabled. */
  find(workspaceId: string, key: string): Promise<{ readonly id: string } | null>;
  /**
   * What the key gives, as a text that is another one when it gives something else; null when it gives nothing more.
   * Asked again and again while somebody is connected with it.
   */
  givesNow(workspaceId: string, id: string): Promise<string | null>;
}
