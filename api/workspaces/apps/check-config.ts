import type { Violation } from '../../../shared/core/arguments/validate';
import { fail } from '../../../shared/core/errors/errors';
import type { JsonObject } from '../../../shared/core/json';
import { configSchema, judgeConfig, schemaProblems } from '../../../shared/core/workspaces/config-schema';
import type { Texts } from '../../../shared/ports/deployments';
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
  const violations = judgeConfig(configSchema(configForm(app.files)['schema']), whole);
  const [first] = violations;
  if (!first) return;
  const more = violations.length === 1 ? '' : `, and ${violations.length - 1} more`;
  throw fail(
    'RequestValidationError',
    `The config does not fit the app ${app.slug}: ${placeOf(first)} ${reasonOf(first)}${more}`,
    violations.map((one) => ({
      path: `/body/config${one.instancePath}`,
      message: reasonOf(one),
      errorCode: `${one.keyword}.config`,
    })),
  );
}

const placeOf = ({ instancePath }: Violation): string =>
  instancePath === '' ? 'it' : `\`${instancePath.slice(1).replaceAll('/', '.')}\``;

/** Names what would be right, where the validator's own words leave it out. */
function reasonOf({ message, params }: Violation): string {
  const { allowedValues, additionalProperty } = params;
  if (Array.isArray(allowedValues)) return `${message}: ${allowedValues.map((one) => JSON.stringify(one)).join(', ')}`;
  return additionalProperty === undefined ? message : `${message}: \`${String(additionalProperty)}\``;
}

/** @throws RequestValidationError what installers give could not be checked */
export function checkSchema(files: Texts): void {
  const [problem] = schemaProblems(configSchema(configForm(files)['schema']));
  if (!problem) return;
  const { path, message, hint } = problem;
  const reason = hint === undefined ? message : `${message}; ${hint}`;
  const place = ['config', 'schema', ...path];
  throw fail('RequestValidationError', `\`${place.join('.')}\` of the workspace cannot be used: ${reason}`, [
    { path: `/${place.join('/')}`, message: reason, errorCode: 'schema.config' },
  ]);
}
