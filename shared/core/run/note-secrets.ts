import type { JsonObject } from '../json';
import { knownSecrets } from '../secrets/redact';
import { secretTexts, type SecretPath } from '../secrets/secret-arguments';
import type { Machine } from './machine';

/**
 * Notes the texts in these places as secrets of the run. Done before anything can fail, for the `error` event of a
 * refusal shows what was given.
 */
export function noteSecrets(machine: Machine, values: JsonObject, paths: readonly SecretPath[] = []): void {
  const texts = paths.length === 0 ? [] : secretTexts(values, paths);
  if (texts.length > 0) machine.secrets = knownSecrets([...machine.secrets, ...texts]);
}
