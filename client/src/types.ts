/** An event as everybody sees it. */
export interface PlatformEvent {
  readonly id: string;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly size: number;
  readonly payload: { readonly [key: string]: unknown } | null;
  readonly source: {
    readonly correlationId: string;
    readonly workspaceId: string;
    readonly userId?: string;
    readonly sessionId?: string;
    readonly socketId?: string;
    readonly [key: string]: unknown;
  };
  readonly target?: EventTarget;
  readonly options?: { readonly persist?: boolean; readonly [key: string]: unknown };
}

export interface EventTarget {
  readonly userTopic?: string;
  readonly userId?: string;
  readonly sessionId?: string;
  readonly currentSocket?: boolean;
}

/** An event to be sent. */
export interface EventDraft {
  readonly type: string;
  readonly payload?: { readonly [key: string]: unknown };
  readonly target?: EventTarget;
  readonly options?: { readonly persist?: boolean };
}

type Scalar = string | number | boolean | null;
/** Field by dotted path -> what it must be: any of several; `''` or null missing or falsy, `*` there, `abc*`, `*abc`. */
export type PayloadQuery = { readonly [path: string]: Scalar | readonly Scalar[] };

/** Of a subscription. All given parts must hold; none = everything that may be read. */
export interface EventFilters {
  /** Several: any of them. */
  readonly payloadQuery?: PayloadQuery | readonly PayloadQuery[];
  readonly types?: readonly string[];
  /** Substring of the event's JSON. */
  readonly text?: string;
  readonly appInstanceDepth?: number;
}
