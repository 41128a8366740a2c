import { invalidArguments, invalidSchema } from '../../../shared/core/arguments/assert-arguments';
import type { Release } from '../../../shared/core/automation/compiled';
import { fail } from '../../../shared/core/errors/errors';
import type { Digest, JsonObject } from '../../../shared/core/json';
import type { ReleaseStore } from '../../../shared/ports/release-store';
import { compileSchema, type Validate } from './compile-schema';

/** Programs whose validators are kept. Most need none, which is kept too. */
const MAXIMUM_KEPT = 1_000;

/** @throws InvalidArgumentsError its details are the list of what is broken */
export type CheckArguments = (request: {
  readonly release: Release;
  readonly automation: string;
  readonly args: JsonObject;
}) => Promise<void>;

/** Judges what an automation is given before its run starts; a schema is compiled once. */
export function createCheckArguments(store: Pick<ReleaseStore, 'getProgram'>): CheckArguments {
  const kept = new Map<Digest, Validate | null>();
  return async ({ release, automation, args }) => {
    const digest = Object.hasOwn(release.automations, automation)
      ? release.automations[automation]?.program
      : undefined;
    if (digest === undefined) return; // The run itself says that there is no such automation.
    const known = kept.get(digest);
    const validate = known === undefined ? await validatorOf(store, digest) : known;
    // Taken out and put in again: the one not used for longest goes first.
    kept.delete(digest);
    kept.set(digest, validate);
    const [oldest] = kept.keys();
    if (kept.size > MAXIMUM_KEPT && oldest !== undefined) kept.delete(oldest);
    const violations = validate?.(args) ?? [];
    if (violations.length > 0) throw invalidArguments(violations);
  };
}

/** Null where nothing is to be validated. */
async function validatorOf(store: Pick<ReleaseStore, 'getProgram'>, digest: Digest): Promise<Validate | null> {
  const declared = (await store.getProgram(digest))?.arguments;
  if (declared === undefined) return null;
  if ('schema' in declared) return compileSchema(declared.schema);
  return () => {
    throw fail('InvalidArgumentsError', invalidSchema(declared.invalid));
  };
}
