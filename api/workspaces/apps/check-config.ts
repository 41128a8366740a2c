import { fail } from '../../../shared/core/errors/errors';
import { toSchema } from '../../../shared/core/arguments/to-schema';
import { validate } from '../../../shared/core/arguments/validate';
import { isObject, type Json, type JsonObject } from '../../../shared/core/json';
import { configForm } from './app-documents';
import type { AppsDependencies } from './dependencies';
import { partsOf, type FoundApp } from './find-app';

/**
 * The config of an instance by the schema of its app. What the app or the operator gives counts; what is filled in from
 * the config around it is not known yet.
 * @throws RequestValidationError
 */
export function checkConfig(
  { configSettings }: Pick<AppsDependencies, 'configSettings'>,
  app: FoundApp,
  config: JsonObject,
): void {
  const whole: JsonObject = { ...configSettings(app.slug), ...partsOf(app).index.config, ...config };
  const fields = fieldsOf(configForm(app.files)['schema']);
  const { schema, problems } = toSchema(
    Object.fromEntries(
      Object.entries(fields).filter(([name]) => !isOpen(Object.hasOwn(whole, name) ? whole[name] : null)),
    ),
  );
  // A schema that nobody can use is told where the app is deployed.
  if (problems.length > 0) return;
  const violations = validate(schema, whole);
  if (violations.length === 0) return;
  throw fail(
    'RequestValidationError',
    `The config does not fit the app ${app.slug}`,
    violations.map(({ instancePath, message, keyword }) => ({
      path: `/body/config${instancePath}`,
      message,
      errorCode: `${keyword}.config`,
    })),
  );
}

/** Fields by name, or a JSON Schema of an object. */
function fieldsOf(schema: Json | undefined): JsonObject {
  if (!isObject(schema)) return {};
  const { type, properties } = schema;
  return type === 'object' && isObject(properties) ? properties : schema;
}

const isOpen = (value: Json | undefined): boolean => JSON.stringify(value ?? null).includes('{{');
