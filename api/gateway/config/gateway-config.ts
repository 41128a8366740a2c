/** The gateway's configuration, as read and found sound. */
export interface GatewayConfig {
  readonly endpoints: { readonly [name: string]: EndpointConfig };
  readonly services: { readonly [name: string]: { readonly url: string } };
  readonly pipelines: readonly PipelineConfig[];
}

export interface EndpointConfig {
  readonly paths: readonly string[];
  readonly pathRegexp?: RegExp;
  /** Upper case; absent = any. */
  readonly methods?: readonly string[];
  /** Tested on the host name; absent = any. */
  readonly hosts?: readonly RegExp[];
}

export interface PipelineConfig {
  readonly name: string;
  readonly endpoints: readonly string[];
  readonly policies: readonly PolicyConfig[];
}

export interface PolicyConfig {
  readonly name: string;
  readonly params: { readonly [name: string]: unknown };
  readonly match?: PolicyMatch;
}

/** Where in its pipeline a policy holds: everywhere, unless told. */
export interface PolicyMatch {
  readonly paths?: readonly string[];
  readonly methods?: readonly string[];
  /** Name of a query parameter -> must it be there? */
  readonly query?: { readonly [name: string]: boolean };
}
