import type { JsonObject } from '../core/json';

/** Who calls. Decided once, at the door, and handed on; a client's own claims never count. */
export interface Caller {
  readonly userId?: string;
  readonly sessionId?: string;
  readonly email?: string;
  readonly authData?: JsonObject;
  readonly role?: string;
  readonly ip?: string;
  readonly correlationId: string;
}

/** Who a bearer token stands for. */
export interface Identity {
  authenticate(token: string): Promise<Omit<Caller, 'correlationId' | 'ip'> | null>;
}

export type Action =
  'create' | 'read' | 'update' | 'delete' | 'execute' | 'test' | 'inspect' | 'get_usage' | 'aggregate_search';
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
