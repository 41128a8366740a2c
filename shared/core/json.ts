/** A JSON value. `undefined` is not one: inside values it is absence (written ∅ in the docs). */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What an expression or a template may give: JSON, or ∅. Numbers may be NaN or infinite until they are stored. */
export type Value = Json | undefined;

/** sha256 in hexadecimal with a prefix that names the kind of thing: `p:` program, `s:` source, `r:` release, `b:` blob. */
export type Digest = string;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
